"""The stages of a build, each in a thread of its own: articles are split, encoded and written while more are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from index.ahead import Ahead
from index.arrivals import Look
from index.article import Article
from index.builder import Builder
from index.encoding import BATCH
from index.errors import ReadError
from index.instalment import Instalments
from index.prepared import Prepared, Spread
from index.seen import Seen
from index.sources import FileEnd, PagesEnd, Said
from index.verdict import Outcome

# A parcel is full at so many passages (see BATCH), characters, or whatever else was said.
_CHARACTERS, _SAID = 400_000, 2_000
# Characters of a passage, about; what is split elsewhere is counted by it until it is back.
_PASSAGE = 700
# Characters of articles that are held until they are written.
_MOST_CHARACTERS = 8_000_000
# Articles met so lately that their copies may still be on their way.
_LATELY = 20_000


@dataclass(slots=True)
class Parcel:
    """Some of what was said, in order, with its articles prepared; those `elsewhere` are still to be split."""

    articles: list[Prepared] = field(default_factory=list)
    elsewhere: list[Prepared] = field(default_factory=list)
    skipped: list[ReadError] = field(default_factory=list)
    files: list[FileEnd] = field(default_factory=list)
    pages: list[PagesEnd] = field(default_factory=list)
    passages: int = 0
    characters: int = 0

    @property
    def is_full(self) -> bool:
        """Whether it should go on its way."""
        said = len(self.articles) + len(self.skipped) + len(self.files)
        return self.passages >= BATCH or self.characters >= _CHARACTERS or said >= _SAID

    @property
    def weight(self) -> int:
        """How much of it there is to write."""
        return self.passages + len(self.articles) + len(self.pages) + sum(bool(each.reading) for each in self.files)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A step of a run: what was said up to here is encoded, `passages` more of them. Origins are with languages."""

    skipped: list[ReadError]
    files: list[FileEnd]
    urls: int
    looks: list[Look]
    articles: list[tuple[str, str]]
    passages: int


@dataclass(frozen=True, slots=True)
class Written:
    """A step of a run: what became of articles, by their origins, of which `passages` more can be found now."""

    outcomes: list[tuple[str, Outcome]]
    passages: int


Step = Encoded | Written


class Pipeline:
    """A run of articles into an index, from what is said to what can be found; its items are the steps of it.

    Whatever is said is taken in in that order. Memory is bounded by what lies between two stages. With a
    `spread` articles that bring something new are split and encoded there.
    """

    def __init__(self, builder: Builder, seen: Seen, said: Iterable[Said], spread: Spread | None = None) -> None:
        self._builder = builder
        self._seen = seen
        self._spread = spread
        self._holds = False
        self._parcels = Ahead(self._split(said), room=2)
        self._encoded = Ahead(self._encode(self._parcels), room=2)
        self._steps = Ahead(self._write(self._encoded), room=8)

    def __iter__(self) -> Iterator[Step]:
        return self._steps

    def stop(self) -> None:
        """Read and encode no more; what has been encoded is still written, which the last steps tell of."""
        self._parcels.close()
        self._encoded.close()
        if self._spread:
            self._spread.stop()
        self._encoded.close(wait=None)

    def close(self) -> None:
        """Stop at once; what is being written is written to its end."""
        self.stop()
        self._steps.close(wait=None)

    def _split(self, said: Iterable[Said]) -> Iterator[Parcel]:
        lately: dict[int, None] = {}
        parcel = Parcel()
        for each in said:
            if isinstance(each, Article):
                words = hash((each.digest, each.title, each.source, each.author, each.url, each.published))
                # The catalogue does not hold it yet, but will when this one comes to it.
                if words in lately:
                    prepared = Prepared(each)
                elif self._spread is None:
                    prepared = self._builder.prepare(each)
                else:
                    prepared = Prepared(each)
                    if self._builder.is_news(each):
                        parcel.elsewhere.append(prepared)
                        parcel.passages += 1 + len(each.text) // _PASSAGE
                lately[words] = None
                if len(lately) > _LATELY:
                    del lately[next(iter(lately))]
                parcel.articles.append(prepared)
                parcel.passages += len(prepared.passages)
                parcel.characters += len(each.text)
            elif isinstance(each, ReadError):
                parcel.skipped.append(each)
            elif isinstance(each, FileEnd):
                parcel.files.append(each)
            else:
                parcel.pages.append(each)
            if parcel.is_full:
                yield parcel
                parcel = Parcel()
        yield parcel

    def _encode(self, parcels: Iterable[Parcel]) -> Iterator[Parcel]:
        if self._spread is not None:
            yield from self._encode_elsewhere(parcels, self._spread)
            return
        for parcel in parcels:
            self._builder.encode(parcel.articles)
            yield parcel

    def _encode_elsewhere(self, parcels: Iterable[Parcel], spread: Spread) -> Iterator[Parcel]:
        sent = Ahead(((parcel, spread.send(parcel.elsewhere)) for parcel in parcels), room=spread.room)
        try:
            for parcel, arrive in sent:
                arrive()
                parcel.passages = sum(len(each.passages) for each in parcel.articles)
                yield parcel
        finally:
            sent.close()

    def _write(self, parcels: Iterable[Parcel]) -> Iterator[Step]:
        instalments = Instalments()
        waiting: list[Parcel] = []
        with ExitStack() as held:
            for parcel in parcels:
                yield _encoded(parcel)
                if parcel.weight:
                    waiting.append(parcel)
                characters = sum(each.characters for each in waiting)
                if characters >= _MOST_CHARACTERS or instalments.is_due(sum(each.weight for each in waiting)):
                    with instalments.paying():
                        written = self._keep(waiting, held)
                    waiting = []
                    yield written
            yield self._keep(waiting, held)

    def _keep(self, parcels: list[Parcel], held: ExitStack) -> Written:
        """Take in the articles of parcels, and only then note that their files and pages need not be read again."""
        found = 0

        def written(passages: int) -> None:
            nonlocal found
            found += passages

        articles = [each for parcel in parcels for each in parcel.articles]
        outcomes: list[Outcome] = []
        if articles:
            if not self._holds:
                held.enter_context(self._builder.holding())
                self._holds = True
            outcomes = self._builder.commit(articles, written)
        readings = {each.path: each.reading for parcel in parcels for each in parcel.files if each.reading}
        self._seen.note_files(readings)
        for parcel in parcels:
            for end in parcel.pages:
                for page in end.pages:
                    self._seen.note_page(page.url, page.validators, page.hint)
        return Written([(each.article.origin, out) for each, out in zip(articles, outcomes, strict=True)], found)


def _encoded(parcel: Parcel) -> Encoded:
    return Encoded(
        parcel.skipped,
        parcel.files,
        sum(each.urls for each in parcel.pages),
        [look for each in parcel.pages for look in each.looks],
        [(each.article.origin, each.article.language) for each in parcel.articles],
        parcel.passages,
    )
