"""Splitting and encoding spread over processes and machines by Ray Data; it reads no files and writes no index.

    send ⇒ feed (an actor here) ⇒ numbers (a task) ⇒ readers (an actor on each core) ⇒ back here, put in order

What is sent stays with the feed until it is back. A reader that dies is started anew, and so is what it was at:
Ray Data sees to it. Nothing of it is written to disk, and nothing of Ray is left when it is over.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory
from types import ModuleType

from index.ahead import Ahead
from index.errors import ClusterError
from index.lazy import LazyEncoder
from index.ports import Encoder
from index.prepared import Prepared
from index.spread_readers import Feed, Reader, Rows, numbers
from index.spread_start import greet, quiet_ray, start, unheard
from index.travel import Bundle, unpack, words_of

_MOMENT = 10.0


@contextmanager
def spread_over(address: str, encoder: Encoder, device: str = "cpu") -> Iterator[Cluster]:
    """The cores of the cluster whose head is at an address, HOST:PORT; of this machine, if it is empty.

    They are let go of at the end, with whatever was started for it. Raises ClusterError where there is no Ray, or
    no cluster.
    """
    if address:
        greet(address)
    with TemporaryDirectory(prefix="pullquote-ray-", ignore_cleanup_errors=True) as folder:
        ray = quiet_ray()
        handler = signal.getsignal(signal.SIGTERM)
        try:
            with unheard():
                start(ray, address, folder)
            if handler is not None:
                with suppress(ValueError):  # only the main thread may, and only there it was changed
                    signal.signal(signal.SIGTERM, handler)
            cluster = Cluster(ray, encoder, device)
            try:
                yield cluster
            finally:
                cluster.close()
        finally:
            ray.shutdown()


class Cluster:
    """See `index.prepared.Spread`: articles out, passages and vectors back, each parcel once and in order."""

    def __init__(self, ray: ModuleType, encoder: Encoder, device: str) -> None:
        self._ray = ray
        resources = ray.cluster_resources()
        on_gpu = device.startswith("cuda")
        readers = int(resources.get("GPU" if on_gpu else "CPU", 0))
        if not readers:
            raise ClusterError(
                f"the Ray cluster has no {'GPU' if on_gpu else 'core'} to encode on; add a machine to it with: "
                "ray start --address HOST:PORT"
            )
        self.room = 2 * readers + 2
        make = encoder.elsewhere if isinstance(encoder, LazyEncoder) else _itself(encoder)
        here = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(
            ray.get_runtime_context().get_node_id(), soft=False
        )
        self._feed = ray.remote(num_cpus=0, scheduling_strategy=here)(Feed).remote()
        readings = (
            ray.data.from_items([{"number": 0}])
            .map_batches(
                numbers,
                fn_args=(self._feed,),
                batch_format="numpy",
                batch_size=None,
                num_cpus=0,
            )
            .map_batches(
                Reader,
                fn_constructor_args=(self._feed, make),
                batch_format="numpy",
                batch_size=None,
                num_cpus=1,
                num_gpus=1 if on_gpu else None,
                compute=ray.data.ActorPoolStrategy(
                    min_size=1, initial_size=readers, max_size=readers, max_tasks_in_flight_per_actor=2
                ),
            )
        )
        self._sent = 0
        self._arrived: dict[int, Bundle] = {}
        self._settled = 0
        self._back = Ahead(
            readings.iter_batches(batch_size=None, prefetch_batches=0, batch_format="numpy"), room=self.room
        )

    def send(self, articles: Sequence[Prepared]) -> Callable[[], None]:
        """See `index.prepared.Spread`."""
        if not articles:
            return _nothing
        number = self._sent
        self._sent += 1
        with _lost(self._ray):
            self._ray.get(self._feed.put.remote(number, [words_of(each) for each in articles]))
        return lambda: self._settle(number, articles)

    def stop(self) -> None:
        """See `index.prepared.Spread`."""
        self._back.close()

    def close(self) -> None:
        """Let go of the readers; those that are at something are given a moment to end it."""
        self._feed.close.remote()
        self._back.close(_MOMENT)

    def _settle(self, number: int, articles: Sequence[Prepared]) -> None:
        with _lost(self._ray):
            while number not in self._arrived:
                self._note(next(self._back, None))
            unpack(self._arrived.pop(number), articles)
            self._settled = number + 1
            self._feed.drop.remote(number)

    def _note(self, rows: Rows | None) -> None:
        """Keep what came back, but for what has come back before."""
        if rows is None:
            raise ClusterError("the cluster was let go of before everything was back from it")
        for at, number in enumerate(rows["number"].tolist()):
            if error := rows["error"][at]:
                raise ClusterError(f"on {rows['host'][at]}: {error}")
            if number >= self._settled:
                self._arrived[number] = Bundle(*(rows[column][at] for column in Bundle._fields))


def _itself(encoder: Encoder) -> Callable[[], Encoder]:
    return lambda: encoder


def _nothing() -> None:
    """There is nothing to wait for."""


@contextmanager
def _lost(ray: ModuleType) -> Iterator[None]:
    """What Ray raises, as an error of ours."""
    try:
        yield
    except ray.exceptions.RayError as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[-1]
        raise ClusterError(
            f"the Ray cluster failed: {said}; what is in is kept, and the same command goes on from there"
        ) from error
