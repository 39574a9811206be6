"""Articles brought into an index from files, folders and the web: what became of each, and how far it has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from os import PathLike
from pathlib import Path

from index.arrivals import Arrivals, Look
from index.article import Article
from index.builder import Builder
from index.errors import ReadError
from index.fetch import Fetcher, Manners
from index.language import knows, with_language
from index.origin import file_of, is_web
from index.readers import find_files, read_file
from index.readers.rows import Columns
from index.readers.source import Notice
from index.readers.stdin import STDIN, read_stdin
from index.seen import Reading, Seen, stamp_of
from index.tally import AddReport, OnProgress, Progress
from index.verdict import Outcome

# About as many characters as fill one batch of passages.
_BATCH_CHARACTERS = 200_000

BETWEEN = 1.0
"""Seconds between two requests to one host."""

Source = str | PathLike[str]


def add(
    builder: Builder,
    sources: Sequence[Source],
    on_skip: Notice | None = None,
    on_progress: OnProgress | None = None,
    *,
    allow_private: bool = False,
    columns: Columns | None = None,
    fetcher: Fetcher | None = None,
) -> AddReport:
    """Take in every article of these sources; what is there already, word for word, is left alone.

    A source is a file, a folder, `-` for standard input, or the URL of a page, a feed or a sitemap. URLs
    lead only to the open internet unless `allow_private` is set, or where a `fetcher` of one's own lets them.
    `columns` says what the columns of tables are called, see `index.read_file`; it is remembered for each
    file, until it is told otherwise. What cannot be read is skipped and reported. Raises ReadError for a path
    that does not exist, and IndexBusyError while another process writes.
    """
    run = _Run(builder, on_skip, on_progress, columns)
    urls = [str(source) for source in sources if is_web(str(source))]
    paths = [source for source in sources if not is_web(str(source)) and str(source) != STDIN]
    files = [file for source in paths for file in find_files(source, run.skip)]
    try:
        if any(str(source) == STDIN for source in sources):
            run.take(read_stdin(run.skip))
        run.read(files)
        if urls and fetcher is not None:
            run.fetch(urls, fetcher)
        elif urls:
            with closing(Fetcher(Manners(allow_private=allow_private, between=BETWEEN))) as own:
                run.fetch(urls, own)
    except KeyboardInterrupt:
        return run.report(was_stopped=True)
    return run.report()


def sync(
    builder: Builder,
    source: Source,
    on_skip: Notice | None = None,
    on_progress: OnProgress | None = None,
    *,
    allow_private: bool = False,
    columns: Columns | None = None,
    fetcher: Fetcher | None = None,
    may_read: Callable[[Path], bool] | None = None,
) -> AddReport:
    """Make the index agree with a folder: add what came, update what changed, drop what is gone from it.

    What is still there but cannot be read now, or of which `may_read` says that it is not to be, keeps the
    articles it gave before. Of a URL nothing is dropped: a feed shows its newest entries only.
    """
    if is_web(str(source)):
        return add(builder, [source], on_skip, on_progress, allow_private=allow_private, fetcher=fetcher)
    run = _Run(builder, on_skip, on_progress, columns)
    found = find_files(source, run.skip)
    files = [file for file in found if may_read is None or may_read(file)]
    root = Path(source).resolve()
    try:
        run.read(files)
    except KeyboardInterrupt:
        return run.report(was_stopped=True)
    unread = {error.source for error in run.skipped} - {str(root)} | {str(file) for file in {*found} - {*files}}
    gone = [
        origin
        for origin in builder.catalogue.origins()
        if origin not in run.origins
        and not is_web(origin)
        and root in (file := file_of(origin), *file.parents)
        and file not in run.unchanged
        and not _may_be_there(origin, file, unread)
    ]
    return run.report(removed=builder.forget(gone))


def _may_be_there(origin: str, file: Path, unread: set[str]) -> bool:
    """Whether an article that was not found may be there still, in what could not be read."""
    if any(str(folder) in unread for folder in file.parents):
        return True
    if not file.exists():
        return False
    part = origin.removeprefix(str(file)).removeprefix("#")
    places = (f"{file}, line ", f"{file}, row ")
    if part.startswith("="):  # a line that cannot be read does not tell its id
        return str(file) in unread or any(each.startswith(places) for each in unread)
    return not unread.isdisjoint((str(file), origin, *(f"{place}{part}" for place in places)))


class _Run:
    """One run over files and URLs, batch by batch."""

    def __init__(
        self, builder: Builder, on_skip: Notice | None, on_progress: OnProgress | None, columns: Columns | None
    ) -> None:
        self._builder = builder
        self._seen = Seen(builder.catalogue.engine)
        self._on_skip = on_skip
        self._on_progress = on_progress
        self._columns = columns
        self.skipped: list[ReadError] = []
        self.origins: set[str] = set()
        self.unchanged: set[Path] = set()
        self.looks: tuple[Look, ...] = ()
        self._outcomes: Counter[Outcome] = Counter()
        self._foreign: Counter[str] = Counter()
        self._waiting: list[Article] = []
        self._waiting_characters = 0
        self._whole: dict[Path, Reading] = {}
        self._files = self._files_found = self._bytes = self._bytes_found = self._passages = 0

    def skip(self, error: ReadError) -> None:
        self.skipped.append(error)
        if self._on_skip:
            self._on_skip(error)

    def read(self, files: Sequence[Path]) -> None:
        """Take in files, of those that were read before only the ones that have changed since."""
        files = list(dict.fromkeys(files))
        stamps = {file: stamp_of(file) for file in files}
        known = self._seen.stamps(files)
        self._files_found += len(files)
        self._bytes_found += sum(stamp[0] for stamp in stamps.values() if stamp)
        for file, stamp in stamps.items():
            before = known.get(str(file))
            columns = self._columns or (before.columns if before else {})
            if before and before.stamp == stamp and before.columns == columns:
                self.unchanged.add(file)
                self._outcomes["unchanged"] += before.articles
            else:
                troubles = len(self.skipped)
                articles = self.take(read_file(file, self.skip, columns))
                if stamp and articles and len(self.skipped) == troubles:
                    self._whole[file] = Reading(stamp, articles, columns)
            self._files += 1
            self._bytes += stamp[0] if stamp else 0
        self._flush()

    def fetch(self, urls: Sequence[str], fetcher: Fetcher) -> None:
        """Take in what URLs lead to."""
        self._files_found += len(urls)
        arrivals = Arrivals(fetcher, self._seen, self.skip)
        for url in urls:
            self.take(arrivals.read(url))
            self._files += 1
            self._flush()
            for page in arrivals.done:
                self._seen.note_page(page.url, page.validators, page.hint)
            arrivals.done.clear()
        self.looks = tuple(arrivals.looks)

    def take(self, articles: Iterable[Article]) -> int:
        """Take in articles; their number."""
        number = 0
        for article in articles:
            number += 1
            self.origins.add(article.origin)
            self._waiting.append(with_language(article))
            self._waiting_characters += len(article.text)
            if self._waiting_characters >= _BATCH_CHARACTERS:
                self._flush()
        return number

    def report(self, removed: int = 0, was_stopped: bool = False) -> AddReport:
        counted = self._outcomes
        encoder = self._builder.encoder_name
        notes = tuple(
            f"{number} articles are in the language {code!r}, which {encoder} was not made for; rebuild the index "
            "with a multilingual model, such as paraphrase-multilingual-MiniLM-L12-v2, to find them by meaning"
            for code, number in self._foreign.most_common()
        )
        return AddReport(
            counted["added"],
            counted["updated"],
            counted["unchanged"],
            removed,
            tuple(self.skipped),
            notes,
            was_stopped,
            self.looks,
        )

    def _flush(self) -> None:
        if self._waiting:
            self._outcomes += self._builder.put(self._waiting, self._written)
            strange = (each.language for each in self._waiting)
            self._foreign.update(code for code in strange if not knows(self._builder.encoder_name, code))
        self._waiting = []
        self._waiting_characters = 0
        # Only now that their articles are in may these files be passed over by the next run.
        self._seen.note_files(self._whole)
        self._whole = {}
        self._written(0)

    def _written(self, passages: int) -> None:
        self._passages += passages
        if self._on_progress:
            self._on_progress(
                Progress(self._files, self._files_found, self._bytes, self._bytes_found, self._passages)
            )
