"""Milvus, the one room in which it is spoken to; whatever goes wrong there is an AwayError, and never takes long."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError
from functools import partial
from threading import Lock
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.ports import Allowed, Ranking, Vectors
from index.shared.address import check_uri

T = TypeVar("T")

QUICKLY, AT_LENGTH = 2.0, 60.0
"""Seconds that a question waits for Milvus, and that feeding does."""

_BM25_SINCE = (2, 5)
# Ids are written out, at most so many in one expression of 100 kB or so: 2.3.5 and Lite refuse filters with
# parameters. Among more, what is allowed is picked out of a ranking of the best of all, and where that holds
# too little of it, so many expressions are asked one after another.
_MOST_ALLOWED, _MOST_PARTS, _FARTHEST = 10_000, 20, 2_000
_IDS_AT_ONCE = 10_000
_logger = logging.getLogger(__name__)


class AwayError(Exception):
    """Milvus cannot do just now what was asked of it."""


class Collection(NamedTuple):
    """A collection by name; `probes` is how many lists are searched for a vector, 0 where all vectors are compared."""

    name: str
    probes: int = 0


class Milvus:
    """A server, or a file of Milvus Lite. Any number of threads may ask.

    After a failure nobody waits for it again: every call fails at once until a `probe`, which only the feeder
    makes, has found it back.
    """

    def __init__(self, uri: str, token: str = "") -> None:
        self.uri, self._token = check_uri(uri), token
        self._is_file = "://" not in uri
        # Any: pymilvus is loaded when it is first needed, and its calls tell no types.
        self._client: Any = None
        self._connecting = Lock()
        self._threads = ThreadPoolExecutor(16, thread_name_prefix="milvus")
        self.is_away = False
        self.has_words = self._is_file
        """Whether it ranks by BM25 itself: Milvus Lite, and servers from 2.5 on."""

    def probe(self) -> None:
        """Find out whether it is there; raises AwayError when it is not."""
        self._call(lambda client: client.list_collections(timeout=QUICKLY), QUICKLY, even_if_away=True)
        if self.is_away:
            _logger.info("Milvus is back")
        self.is_away = False

    def close(self) -> None:
        """Let go of it."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        with self._connecting:
            if self._client is not None:
                self._client.close()
                self._client = None

    def create(self, name: str, dimension: int, lists: int) -> None:
        """Make a collection: one that compares all vectors, or one with so many lists of them."""

        def make(client: Any) -> None:
            from pymilvus import DataType, Function, FunctionType

            schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
            schema.add_field("id", DataType.INT64, is_primary=True)
            schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
            kinds = client.prepare_index_params()
            listed = {"index_type": "IVF_FLAT", "params": {"nlist": lists}} if lists else {"index_type": "FLAT"}
            kinds.add_index("vector", metric_type="IP", **listed)
            if self.has_words:
                # The terms come to it as we cut and stem them, so that it ranks by the very same ones.
                plain = {"tokenizer": "standard"}
                schema.add_field(
                    "words", DataType.VARCHAR, max_length=65_535, enable_analyzer=True, analyzer_params=plain
                )
                schema.add_field("terms", DataType.SPARSE_FLOAT_VECTOR)
                schema.add_function(
                    Function("bm25", FunctionType.BM25, input_field_names=["words"], output_field_names=["terms"])
                )
                kinds.add_index(
                    "terms",
                    index_type="SPARSE_INVERTED_INDEX",
                    metric_type="BM25",
                    params={"bm25_k1": 1.2, "bm25_b": 0.75},
                )
            client.create_collection(
                name, schema=schema, index_params=kinds, consistency_level="Bounded", timeout=AT_LENGTH
            )

        self._call(make, AT_LENGTH)

    def collections(self) -> list[str]:
        """The names of all collections, anyone's."""
        return list(self._call(lambda client: client.list_collections(timeout=AT_LENGTH), AT_LENGTH))

    def remove(self, name: str) -> None:
        """Drop a collection, if it is there."""
        self._call(lambda client: client.drop_collection(name, timeout=AT_LENGTH), AT_LENGTH)

    def flush(self, name: str) -> None:
        """Have what was put in written down, and its lists made."""
        self._call(lambda client: client.flush(name, timeout=AT_LENGTH), AT_LENGTH)

    def settle(self, name: str) -> None:
        """Have a file find quickly what was put in: what it has not written down it goes through row by row."""
        if self._is_file:
            self.flush(name)

    def put(self, name: str, ids: NDArray[np.int64], vectors: Vectors, words: Sequence[str]) -> None:
        """Have these passages found; those that were there are replaced."""
        rows: list[dict[str, object]] = [
            {"id": i, "vector": vector} for i, vector in zip(ids.tolist(), vectors, strict=True)
        ]
        if self.has_words:
            for row, text in zip(rows, words, strict=True):
                row["words"] = text
        if rows:
            self._call(lambda client: client.upsert(name, rows, timeout=AT_LENGTH), AT_LENGTH)

    def drop(self, name: str, ids: Sequence[int]) -> None:
        """Have these passages found no longer; those that were not there are no matter."""
        if ids:
            self._call(lambda client: client.delete(name, ids=list(ids), timeout=AT_LENGTH), AT_LENGTH)

    def nearest(self, of: Collection, vector: Vectors, k: int, allowed: Allowed | None = None) -> Ranking:
        """The k nearest by inner product, best first; deletions of the last seconds may be among them."""
        params: dict[str, object] = {"metric_type": "IP"}
        if of.probes:
            params["params"] = {"nprobe": of.probes}
        return self._search(of.name, "vector", vector, k, allowed, params)

    def by_words(self, of: Collection, terms: Sequence[str], k: int, allowed: Allowed | None = None) -> Ranking:
        """The k best by BM25 over these terms."""
        return self._search(of.name, "terms", " ".join(terms), k, allowed, {"metric_type": "BM25"})

    def count(self, name: str) -> int:
        """How many passages a collection holds."""

        def counted(client: Any) -> int:
            rows = client.query(
                name, filter="", output_fields=["count(*)"], consistency_level="Strong", timeout=AT_LENGTH
            )
            return int(rows[0]["count(*)"])

        return self._call(counted, AT_LENGTH)

    def ids(self, name: str, last: int) -> NDArray[np.int64]:
        """The ids up to `last` that a collection holds, ascending."""
        found: list[int] = []
        for at in range(0, last + 1, _IDS_AT_ONCE):
            within = f"id >= {at:d} and id < {at + _IDS_AT_ONCE:d}"
            found += self._call(partial(_ids_within, name, within), AT_LENGTH)
        return np.array(sorted(found), np.int64)

    def _search(
        self, name: str, field: str, query: object, k: int, allowed: Allowed | None, params: dict[str, object]
    ) -> Ranking:
        def asked(limit: int, among: Allowed | None) -> Ranking:
            # Integers only: nothing that a person wrote ever gets into an expression.
            kept = "" if among is None else f"id in [{','.join(map(str, among.tolist()))}]"
            wanted = {"filter": kept, "limit": limit, "anns_field": field, "search_params": params}
            found = self._call(partial(_found, name, query, wanted), QUICKLY)
            # Lite tells BM25 as a distance, the server as a score; no score is below 0.
            return [(i, abs(score)) for i, score in found] if field == "terms" else found

        if allowed is None or len(allowed) <= _MOST_ALLOWED:
            return _ordered(asked(k, allowed))
        far = asked(_FARTHEST, None)
        is_in = np.isin([i for i, _ in far], allowed)
        found = dict(pair for pair, is_allowed in zip(far, is_in, strict=True) if is_allowed)
        if len(found) < k:
            parts = np.array_split(allowed, -(-len(allowed) // _MOST_ALLOWED))
            for part in parts[-_MOST_PARTS:]:  # of too many, those that came last
                found.update(asked(k, part))
        return _ordered(found.items())[:k]

    def _call(self, ask: Callable[[Any], T], seconds: float, *, even_if_away: bool = False) -> T:
        if self.is_away and not even_if_away:
            raise AwayError("it was away a moment ago")
        began = time.monotonic()
        try:
            client = self._connected(even_if_away)
            return self._threads.submit(ask, client).result(seconds)
        except AwayError:
            raise
        # Exception: it fails in its own errors, in grpc's, and in Python's, and each means the same here.
        except Exception as error:
            self._give_up()
            reason = "no answer" if isinstance(error, LateError) else str(error)[:200]
            if not even_if_away:
                _logger.info("Milvus is away after %.1f s: %s", time.monotonic() - began, reason)
            raise AwayError(reason) from error

    def _give_up(self) -> None:
        """Wait for it no longer, and connect anew before it is asked again: an old line takes minutes to come back."""
        self.is_away = True
        if self._is_file:
            return
        with self._connecting:
            client, self._client = self._client, None
        if client is not None:
            self._threads.submit(client.close)

    def _connected(self, even_if_away: bool) -> Any:
        with self._connecting:
            if self.is_away and not even_if_away:  # found out by whoever had the turn before
                raise AwayError("it was away a moment ago")
            if self._client is None:
                from pymilvus import MilvusClient

                # What they would print is told in our own words, once.
                for name in ("pymilvus", "grpc._server"):
                    logging.getLogger(name).setLevel(logging.CRITICAL)
                self._client = MilvusClient(self.uri, token=self._token, timeout=QUICKLY)
                if self._is_file:
                    for name in self._client.list_collections():
                        self._client.load_collection(name)  # a server remembers what is searched, a file does not
                else:
                    told = re.findall(r"\d+", str(self._client.get_server_version(timeout=QUICKLY)))
                    self.has_words = tuple(map(int, told[:2])) >= _BM25_SINCE
            return self._client


def _ids_within(name: str, within: str, client: Any) -> list[int]:
    rows = client.query(name, filter=within, output_fields=["id"], consistency_level="Strong", timeout=AT_LENGTH)
    return [int(row["id"]) for row in rows]


def _ordered(found: Iterable[tuple[int, float]]) -> Ranking:
    """Best first, equal scores by ascending id."""
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _found(name: str, query: object, wanted: dict[str, object], client: Any) -> Ranking:
    said = client.search(name, [query], timeout=QUICKLY, **wanted)
    return [(int(hit["id"]), float(hit["distance"])) for hit in said[0]]
