"""Writing to an index: one process at a time, the catalogue first, and then whatever is derived from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

from index.article import Article, Span
from index.catalogue import Catalogue
from index.derive import Derived, OnEncoded, split_for
from index.encoding import PassageVectors, encode
from index.errors import ArticleMissingError, IndexBusyError
from index.instalment import MOST
from index.language import with_language
from index.ledger import Batch, looking, writing
from index.origin import file_of
from index.ports import Encoder
from index.prepared import Fresh, OnWritten, Prepared
from index.rebuilding import OnRebuild, Told, untold
from index.tending import Tender
from index.verdict import Outcome
from index.write_lock import WriteLock

T = TypeVar("T")


def _quietly(_: int) -> None:
    """For those who do not want to hear of progress."""


def _untold(_: int, __: int) -> None:
    """For those who do not want to hear of it."""


class Follower(Protocol):
    """What is derived from the catalogue and follows it, for the one process that holds the write lock."""

    def follow(self, batch: Batch, fresh: Sequence[Fresh], on_written: OnWritten) -> None:
        """Keep the batch, and make passages findable that came in it, and those that went no longer so."""
        ...

    def mend(self, on_written: OnWritten, check_files: bool = True, on_encoded: OnEncoded = _untold) -> bool:
        """Bring what is derived to what the catalogue holds; False when it was so already."""
        ...

    def rebuild(self, on_written: OnWritten, on_encoded: OnEncoded = _untold) -> None:
        """Make all that is derived anew, from the catalogue and with this encoder."""
        ...

    def is_half_made(self) -> bool:
        """Whether a rebuild with this encoder was cut short, so that mending goes on with it."""
        ...


class Background(Protocol):
    """Work that goes on in a thread of its own after something was written."""

    def start(self) -> None:
        """Go on with whatever there is to do."""
        ...

    def finish(self) -> None:
        """Wait until it is done, as far as that is worth waiting for."""
        ...


class Builder:
    """Writes to one index folder; threads of one process take turns, a second process is told to wait.

    `on_change` is called after every step from which on something else can be found.
    """

    def __init__(
        self,
        folder: Path,
        catalogue: Catalogue,
        encoder: Encoder,
        follower: Follower | None = None,
        background: Background | None = None,
    ) -> None:
        """`follower` and `background` are those of the files of the folder, unless others are given."""
        self.catalogue = catalogue
        self._encoder = encoder
        self.on_change: Callable[[], None] = lambda: None
        self._derived: Follower = follower or Derived(folder, catalogue, encoder)
        self._lock = WriteLock(folder, catalogue.engine)
        # The files of a folder follow a shared catalogue whoever is writing to it.
        self._mending = self._lock.all if follower else self._lock.files
        self._tender: Background = background or Tender(folder, self._lock.files, lambda: self.on_change())

    @property
    def encoder_name(self) -> str:
        """The name of the encoder that passages are read with."""
        return self._encoder.name

    def put(self, articles: Sequence[Article], on_written: OnWritten = _quietly) -> Counter[Outcome]:
        """Take in articles, each under its origin, in one transaction, and make them findable.

        Raises IndexBusyError while another process writes.
        """
        prepared = [self.prepare(with_language(each)) for each in articles]
        if sum(len(each.passages) for each in prepared) <= MOST:  # more are encoded as they are written
            self.encode(prepared)
        return Counter(self.commit(prepared, on_written))

    def prepare(self, article: Article) -> Prepared:
        """The article, split into passages if it brings new ones; any thread may do this, before a `commit`."""
        return Prepared(article, self._split(article) if self.is_news(article) else ())

    def is_news(self, article: Article) -> bool:
        """Whether an article brings passages that are not in the catalogue yet; any thread may ask."""
        with looking(self.catalogue) as batch:
            return batch.is_news(article)

    def encode(self, prepared: Sequence[Prepared]) -> None:
        """Give articles the vectors of their passages."""
        news = [each for each in prepared if each.passages]
        if not news:
            return
        vectors = iter(encode(self._encoder, [(each.article, spans) for each in news for spans in each.passages]))
        for each in news:
            each.vectors = list(islice(vectors, len(each.passages)))

    def commit(self, prepared: Sequence[Prepared], on_written: OnWritten = _quietly) -> list[Outcome]:
        """Take in articles that were prepared, in one transaction, and make them findable; what became of each.

        What was not prepared for, such as an article that another thread has taken out meanwhile, is split and
        encoded now. Raises IndexBusyError while another process writes.
        """
        return self._change(lambda batch, ready: [self._put(each, batch, ready) for each in prepared], on_written)

    def holding(self) -> AbstractContextManager[None]:
        """Keeps other processes from writing for as long as it lasts; threads of this one still take turns."""
        return self._lock.kept()

    def forget(self, origins: Iterable[str]) -> int:
        """Take out these origins, and the articles that came from nowhere else; the number of articles."""
        gone = sorted(origins)
        return self._change(lambda batch, _: batch.forget_origins(gone)) if gone else 0

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
        return self._change(lambda batch, _: batch.remove(sorted(ids))) if ids else 0

    def mend(self, on_step: OnRebuild = untold) -> bool:
        """Bring the derived files to what the catalogue holds; False when there was nothing to do."""
        with self._mending():
            told = Told(on_step, self.catalogue.count()[0])
            return self._derived.mend(lambda _: self.on_change(), on_encoded=told.encoded)

    def rebuild(self, on_step: OnRebuild = untold, split_anew: bool = True) -> None:
        """Encode every article anew: for another encoder, or when files are beyond mending.

        Passages keep their bounds and ids without `split_anew`, which only the same encoder may do. One that was
        cut short goes on from what it had written.
        """
        with self._lock.all() if split_anew else self._mending():
            told = Told(on_step, self.catalogue.count()[0])
            if split_anew and self._derived.is_half_made():
                self._derived.mend(_quietly, on_encoded=told.encoded)
            else:
                if split_anew:
                    self._split_anew(told)
                self._derived.rebuild(_quietly, told.encoded)
            self.on_change()
        self._tender.start()

    def _split_anew(self, told: Told) -> None:
        with writing(self.catalogue, self._lock.check) as batch:
            everything = (self.catalogue.article(each) for each in self.catalogue.all_articles())
            batch.split_anew(told.split(everything), self._split)

    def _split(self, article: Article) -> list[list[Span]]:
        return split_for(self._encoder, article)

    def _put(self, prepared: Prepared, batch: Batch, ready: dict[int, PassageVectors]) -> Outcome:
        """Take in one article; the vectors of the passages it brought go to `ready` under their ids."""
        known = len(batch.fresh)
        outcome = batch.put(prepared.article, lambda a: prepared.passages or self._split(a))
        if prepared.vectors is not None:
            ready.update(zip((passage.id for passage, _ in batch.fresh[known:]), prepared.vectors, strict=False))
        return outcome

    def _change(
        self, change: Callable[[Batch, dict[int, PassageVectors]], T], on_written: OnWritten = _quietly
    ) -> T:
        def written(passages: int) -> None:
            self.on_change()
            on_written(passages)

        with self._lock.all():
            # What a killed build or another machine left to do comes first: we are about to say that all is well.
            before = self.catalogue.sequence()
            self._derived.mend(written, check_files=False)
            ready: dict[int, PassageVectors] = {}
            with writing(self.catalogue, self._lock.check) as batch:
                if batch.sequence != before:
                    raise IndexBusyError("another machine is writing to the same database; try again in a moment")
                outcome = change(batch, ready)
                if batch.wrote:
                    fresh = [Fresh(each, article, ready.get(each.id)) for each, article in batch.fresh]
                    self._derived.follow(batch, fresh, written)
        self._tender.start()
        return outcome

    def finish(self) -> None:
        """Wait until large files that were being merged in the background are."""
        self._tender.finish()


def _names(name: str, origin: str, article_id: str) -> bool:
    """Whether a person who writes `name` means this article."""
    if name in (article_id, origin):
        return True
    if "://" in name:
        return False
    path = Path(name).resolve()
    return path in (Path(origin), file := file_of(origin), *file.parents)
