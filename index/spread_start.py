"""Coming to a Ray cluster, quietly: found out whether it is there, or started on this machine."""

from __future__ import annotations

import logging
import os
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from index.errors import ClusterError
from index.sources import cores

_PATIENCE = 3.0
_STORE = 160 * 1024 * 1024
# The beginning of HTTP/2, which gRPC is spoken over: the other side is to say its settings at once.
_GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))
_SETTINGS = 4
_LOGGERS = ("ray", "ray.data", "ray.serve", "ray.train", "ray.tune", "ray.rllib")


def greet(address: str) -> None:
    """Find out within seconds whether a cluster may be at an address; Ray itself takes a minute to say that none is."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), _PATIENCE) as head:
            head.settimeout(_PATIENCE)
            head.sendall(_GREETING)
            reply = head.recv(9)
        said = "" if len(reply) >= 4 and reply[3] == _SETTINGS else "something else is there"
    except TimeoutError:
        said = "no answer"
    except (OSError, ValueError, OverflowError) as error:
        said = str(error)
    if said:
        raise ClusterError(
            f"there is no Ray cluster at {address} ({said}); start one with: ray start --head --port 6379, give "
            "HOST:6379 of that machine, or write --ray alone for the cores of this one"
        )


def quiet_ray() -> ModuleType:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of what it does itself
            import ray
            import ray.data

            plan = ray.data.DataContext.get_current()
    except ImportError as error:
        raise ClusterError("Ray is not installed; bring it with: pip install 'ray[data]>=2.60,<3'") from error
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    # What it says of workers that died goes to stdout, where --json has its events, and has no other switch.
    ray._private.worker._worker_logs_enabled = False
    plan.enable_progress_bars = False
    plan.target_max_block_size = 1  # each row is handed on as soon as it is there
    return ray  # type: ignore[no-any-return]  # mypy does not look into it


@contextmanager
def unheard() -> Iterator[None]:
    """Nothing that native code writes to stderr gets there: Ray tells how much it is going to tell."""
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def start(ray: ModuleType, address: str, folder: str) -> None:
    for is_last in (bool(address), True):
        try:
            _init(ray, address, folder)
            return
        # Exception: Ray raises nothing more special where a node is not up in its 30 seconds, which no setting
        # changes. Started once more it often is, as all of it has been read from the disk by then. What was started
        # first ends with this process.
        except Exception as error:
            if is_last or "timed out during startup" not in str(error):
                said = str(error).strip().splitlines() or [type(error).__name__]
                where = f"the Ray cluster at {address}" if address else "a Ray cluster on this machine"
                cure = f"; this machine must be one of it: ray start --address {address}" if address else ""
                raise ClusterError(f"{where} cannot be used: {said[0]}{cure}") from error
            ray.shutdown()


def _init(ray: ModuleType, address: str, folder: str) -> None:
    if address:
        # Other machines read with the code of this one.
        code = {"py_modules": [str(Path(__file__).parent)]}
        ray.init(address, log_to_driver=False, configure_logging=False, runtime_env=code)
        return
    ray.init(
        "local",
        num_cpus=cores(),
        include_dashboard=False,
        log_to_driver=False,
        configure_logging=False,
        object_store_memory=_STORE,
        _temp_dir=folder,
    )
