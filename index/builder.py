"""Writing to an index: one process at a time, the catalogue first, and then whatever is derived from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TypeVar

from filelock import FileLock, Timeout

from index.article import Article
from index.catalogue import Catalogue
from index.derive import Derived, OnWritten, split_for
from index.errors import ArticleMissingError, IndexBusyError
from index.language import with_language
from index.ledger import Batch, Outcome, writing
from index.origin import file_of
from index.ports import Encoder

T = TypeVar("T")


def _quietly(_: int) -> None:
    """For those who do not want to hear of progress."""


class Builder:
    """Writes to one index folder; threads of one process take turns, a second process is told to wait.

    `on_change` is called after every step from which on something else can be found.
    """

    def __init__(self, folder: Path, catalogue: Catalogue, encoder: Encoder) -> None:
        self.catalogue = catalogue
        self._encoder = encoder
        self.on_change: Callable[[], None] = lambda: None
        self._derived = Derived(folder, catalogue, encoder)
        self._turn = RLock()
        self._lock = FileLock(folder / "write.lock", timeout=0)
        self._folder = folder

    @property
    def encoder_name(self) -> str:
        """The name of the encoder that passages are read with."""
        return self._encoder.name

    def put(self, articles: Sequence[Article], on_written: OnWritten = _quietly) -> Counter[Outcome]:
        """Take in articles, each under its origin, in one transaction, and make them findable.

        Raises IndexBusyError while another process writes.
        """
        return self._change(
            lambda batch: Counter(
                batch.put(with_language(each), lambda a: split_for(self._encoder, a)) for each in articles
            ),
            on_written,
        )

    def forget(self, origins: Iterable[str]) -> int:
        """Take out these origins, and the articles that came from nowhere else; the number of articles."""
        gone = sorted(origins)
        return self._change(lambda batch: batch.forget_origins(gone)) if gone else 0

    def remove(self, names: Iterable[str]) -> int:
        """Take out articles named by id, origin, file or folder; the number of articles.

        Raises ArticleMissingError, and takes nothing out, when one of them names no article.
        """
        origins = self.catalogue.origins()
        ids: set[str] = set()
        for name in names:
            found = {article_id for origin, article_id in origins.items() if _names(name, origin, article_id)}
            if not found:
                raise ArticleMissingError(
                    f"{name!r} is no article's id, origin, file or folder; see: python -m bot list"
                )
            ids |= found
        return self._change(lambda batch: batch.remove(sorted(ids))) if ids else 0

    def mend(self) -> bool:
        """Bring the derived files to what the catalogue holds; False when there was nothing to do."""
        with self._exclusive():
            return self._derived.mend(lambda _: self.on_change())

    def rebuild(self, on_written: OnWritten = _quietly, split_anew: bool = True) -> None:
        """Encode every article anew: for another encoder, or when files are beyond mending.

        Passages keep their bounds and ids without `split_anew`, which only the same encoder may do.
        """
        with self._exclusive():
            if split_anew:
                with writing(self.catalogue) as batch:
                    everything = (self.catalogue.article(each) for each in self.catalogue.all_articles())
                    batch.split_anew(everything, lambda a: split_for(self._encoder, a))
            self._derived.rebuild(on_written)
            self.on_change()

    def _change(self, change: Callable[[Batch], T], on_written: OnWritten = _quietly) -> T:
        def written(passages: int) -> None:
            self.on_change()
            on_written(passages)

        with self._exclusive():
            # What a killed build left behind comes first: the manifest is about to say that all is well.
            self._derived.mend(written, check_files=False)
            with writing(self.catalogue) as batch:
                outcome = change(batch)
            if batch.wrote:
                self._derived.follow(batch.fresh, batch.gone, written)
            return outcome

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        with self._turn:
            try:
                self._lock.acquire()
            except Timeout as error:
                raise IndexBusyError(
                    f"another process is writing to {self._folder}; wait until it has finished, then try again"
                ) from error
            try:
                yield
            finally:
                self._lock.release()


def _names(name: str, origin: str, article_id: str) -> bool:
    """Whether a person who writes `name` means this article."""
    if name in (article_id, origin):
        return True
    if "://" in name:
        return False
    path = Path(name).resolve()
    return path in (Path(origin), file := file_of(origin), *file.parents)
