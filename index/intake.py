"""Articles brought into an index from files, folders and the web: what became of each, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import chain
from os import PathLike
from pathlib import Path
from threading import Event, Thread

from index.arrivals import Arrivals
from index.builder import Builder
from index.errors import ReadError
from index.fetch import Fetcher, Manners
from index.marks import Marks, mark_of
from index.origin import file_of, is_web
from index.pipeline import Pipeline
from index.prepared import Spread
from index.readers import each_file
from index.readers.rows import Columns
from index.readers.source import Notice
from index.readers.stdin import STDIN, read_stdin
from index.run import Run
from index.seen import Seen
from index.sources import Said, said_by_files, said_by_urls, with_notices, workers_for
from index.tally import AddReport, OnProgress

BETWEEN = 1.0
"""Seconds between two requests to one host."""

_FORGOTTEN_TOGETHER = 1_000
_GLANCE = 0.2

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
    workers: int = 0,
    stop: Event | None = None,
    spread: Spread | None = None,
) -> AddReport:
    """Take in every article of these sources; what is there already, word for word, is left alone.

    A source is a file, a folder, `-` for standard input, or the URL of a page, a feed or a sitemap. URLs
    lead only to the open internet unless `allow_private` is set, or where a `fetcher` of one's own lets them.
    `columns` says what the columns of tables are called, see `index.read_file`; it is remembered for each
    file, until it is told otherwise. `workers` files are read at once, or as many as suit the machine if it is
    0; what is taken in, and under which ids, does not depend on it. What cannot be read is skipped and
    reported. With a `spread`, see `index.spread_over`, passages are encoded there. Once `stop` is set the run ends
    as with Ctrl-C, whatever a parser hangs over. Raises ReadError for a path that does not exist, and
    IndexBusyError while another process writes.
    """
    urls = [str(source) for source in sources if is_web(str(source))]
    paths = [Path(source) for source in sources if not is_web(str(source)) and str(source) != STDIN]
    files = [_files(path) for path in paths]  # a path that does not exist is told before anything is read
    run = Run(builder.encoder_name, on_skip, on_progress, columns)
    run.count(paths, len(urls))
    seen = Seen(builder.catalogue.engine)
    said: list[Iterable[Said]] = [said_by_files(_once(files), seen, workers_for(workers), columns)]
    if any(str(source) == STDIN for source in sources):
        said.insert(0, with_notices(read_stdin))
    with ExitStack() as own:
        if urls:
            manners = Manners(allow_private=allow_private, between=BETWEEN)
            fetching = fetcher or own.enter_context(closing(Fetcher(manners)))
            said.append(said_by_urls(urls, lambda notice: Arrivals(fetching, seen, notice)))
        return run.report(was_stopped=_take(builder, seen, chain.from_iterable(said), run, stop, spread))


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
    workers: int = 0,
    stop: Event | None = None,
) -> AddReport:
    """Make the index agree with a folder: add what came, update what changed, drop what is gone from it.

    What is still there but cannot be read now, or of which `may_read` says that it is not to be, keeps the
    articles it gave before; so does a file that was put in another's place while its folder was being listed, which
    a listing may then leave out. Of a URL nothing is dropped: a feed shows its newest entries only.
    """
    if is_web(str(source)):
        return add(builder, [source], on_skip, on_progress, allow_private=allow_private, fetcher=fetcher, stop=stop)
    files = _files(Path(source))
    run = Run(builder.encoder_name, on_skip, on_progress, columns)
    run.count([Path(source)])
    seen = Seen(builder.catalogue.engine)
    allowed = files if may_read is None else _allowed(files, may_read, run.kept)
    if _take(builder, seen, said_by_files(allowed, seen, workers_for(workers), columns), run, stop):
        return run.report(was_stopped=True)
    root = Path(source).resolve()
    unread = {error.source for error in run.skipped} - {str(root)}
    gone = [
        origin
        for origin, _ in builder.catalogue.origins_below(str(root))
        if origin not in run.origins
        and not is_web(origin)
        and root in (file := file_of(origin), *file.parents)
        and str(file) not in run.kept
        and not _may_be_there(origin, file, unread)
    ]
    if overlooked := {file for each in gone if str(file := file_of(each)) not in run.listed and file.exists()}:
        overlooked.intersection_update(each_file(Path(source), lambda _: None))
        gone = [origin for origin in gone if file_of(origin) not in overlooked]
    removed = 0
    for at in range(0, len(gone), _FORGOTTEN_TOGETHER):
        removed += builder.forget(gone[at : at + _FORGOTTEN_TOGETHER])
    return run.report(removed=removed)


def _take(
    builder: Builder,
    seen: Seen,
    said: Iterable[Said],
    run: Run,
    stop: Event | None,
    spread: Spread | None = None,
) -> bool:
    """Take in all that is said; whether it was stopped by Ctrl-C, or by `stop`, before the end."""
    pipeline = Pipeline(builder, seen, said, spread)
    try:
        with _stopping(pipeline, stop):
            for step in pipeline:
                run.note(step)
                run.tell()
    except KeyboardInterrupt:
        pipeline.stop()
        for step in pipeline:
            run.note(step)
        return True
    finally:
        pipeline.close()
        run.close()
    if stop is not None and stop.is_set():
        return True
    run.tell()
    return False


@contextmanager
def _stopping(pipeline: Pipeline, stop: Event | None) -> Iterator[None]:
    """Stop the pipeline once `stop` is set, though its steps may be waiting for a file that hangs."""
    is_done = Event()

    def watch(stop: Event) -> None:
        while not is_done.is_set():
            if stop.wait(_GLANCE):
                pipeline.stop()
                return

    if stop is not None:
        Thread(target=watch, args=(stop,), daemon=True).start()
    try:
        yield
    finally:
        is_done.set()


def _files(source: Path) -> Iterator[Path | ReadError]:
    """The files of a source, and what is left out on the way to them; raises ReadError at once if there is none."""
    notices: list[ReadError] = []
    files = each_file(source, notices.append)

    def told() -> Iterator[Path | ReadError]:
        for file in files:
            yield from notices
            notices.clear()
            yield file
        yield from notices

    return told()


def _once(sources: Sequence[Iterator[Path | ReadError]]) -> Iterator[Path | ReadError]:
    """The files of all sources, those that several of them hold only once."""
    given: set[int] = set()
    for path in chain.from_iterable(sources):
        mark = mark_of(str(path))
        if len(sources) == 1 or mark not in given:
            yield path
        if len(sources) > 1:
            given.add(mark)


def _allowed(
    files: Iterator[Path | ReadError], may_read: Callable[[Path], bool], kept: Marks
) -> Iterator[Path | ReadError]:
    for file in files:
        if isinstance(file, ReadError) or may_read(file):
            yield file
        else:
            kept.add(str(file))


def _may_be_there(origin: str, file: Path, unread: set[str]) -> bool:
    """Whether an article that was not found may be there still, in what could not be read."""
    if any(str(folder) in unread for folder in file.parents):
        return True
    if not file.exists():
        return False
    part = origin.removeprefix(str(file)).removeprefix("#")
    places = (f"{file}, line ", f"{file}, row ")
    if part.startswith("="):  # a line that cannot be read does not tell its id
        return not unread.isdisjoint((str(file), origin)) or any(each.startswith(places) for each in unread)
    return not unread.isdisjoint((str(file), origin, *(f"{place}{part}" for place in places)))
