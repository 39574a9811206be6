"""Sources kept in step by themselves: what is new comes in, what failed is tried again, and nobody is pestered."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from filelock import FileLock

from index import (
    IndexBusyError,
    Looked,
    OpenIndex,
    Pace,
    Remark,
    SettingError,
    Watcher,
    WatchList,
    every_of,
    placed,
)
from index.errors import ReadError
from index.watching.pace import spelled
from index.watching.settled import Settled
from tests.site import Site, serving
from tests.test_arrivals import page

HASTY = Pace(web=0.2, floor=0.1, local=30, quiet=0.3, first_retry=0.2, spread=0)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pause between two requests to one host, which other tests look at."""
    monkeypatch.setattr("index.watching.look.BETWEEN", 0.0)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        site.put("/robots.txt", "", "text/plain")
        yield site


class Watched:
    """A watcher at work, and what it has told so far."""

    def __init__(self, opened: OpenIndex, pace: Pace) -> None:
        self.looks: list[Looked] = []
        self.remarks: list[str] = []
        self.opened = opened
        self.watcher = Watcher(opened.builder, opened.folder, self.looks.append, self._remark, pace=pace)
        self.list = self.watcher.sources

    def _remark(self, remark: Remark) -> None:
        self.remarks.append(remark.text)

    def add(self, source: Path | str, *, is_mail: bool = False, move_failed: bool = False) -> str:
        name, kind = placed(str(source), is_mail)
        every = HASTY.every(kind == "web", None)
        return self.list.add(name, kind, every, allow_private=True, move_failed=move_failed).source

    @contextmanager
    def running(self) -> Iterator[None]:
        thread = threading.Thread(target=self.watcher.run)
        thread.start()
        try:
            yield
        finally:
            self.watcher.stop()
            thread.join(60)
            self.watcher.close()
            assert not thread.is_alive()

    def titles(self) -> list[str]:
        catalogue = self.opened.catalogue
        return sorted(each.title for each in catalogue.articles(catalogue.all_articles()).values())

    def comes(self, *titles: str) -> None:
        until(lambda: self.titles() == sorted(titles), lambda: f"{self.titles()} {self.looks}")


@pytest.fixture
def watched(opened: OpenIndex) -> Watched:
    return Watched(opened, HASTY)


def until(is_so: Callable[[], bool], seen: Callable[[], object] = lambda: "") -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, seen()
        time.sleep(0.02)


def text(title: str, more: str = "") -> str:
    return f"{title}\n\n{title} is what this article is about, and it says so twice. {more}"


def test_a_folder_is_followed_through_all_that_befalls_its_files(watched: Watched, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text(text("Apples"))
    watched.add(folder)
    with watched.running():
        watched.comes("Apples")
        (folder / "deep").mkdir()
        (folder / "deep" / "b.txt").write_text(text("Berries"))
        watched.comes("Apples", "Berries")
        before = watched.opened.catalogue.origins()[str(folder / "a.txt")]
        (folder / "a.txt").rename(folder / "deep" / "c.txt")  # moved
        until(lambda: watched.opened.catalogue.origins().get(str(folder / "deep" / "c.txt")) == before)
        until(lambda: str(folder / "a.txt") not in watched.opened.catalogue.origins())
        (folder / ".c.txt.swp").write_text("an editor's")  # written beside and put in its place, as editors save
        (folder / "deep" / "c.tmp").write_text(text("Apples", "They are red."))
        (folder / "deep" / "c.tmp").replace(folder / "deep" / "c.txt")
        until(lambda: watched.opened.catalogue.versions(before) == [1, 2])
        (folder / "deep" / "b.txt").unlink()
        watched.comes("Apples")
        (folder / ".botignore").write_text("c.txt\n")
        watched.comes()


def test_a_file_that_is_being_written_is_not_read_before_it_is_whole(opened: OpenIndex, tmp_path: Path) -> None:
    watched = Watched(opened, Pace(quiet=1.5, spread=0))
    folder = tmp_path / "news"
    folder.mkdir()
    watched.add(folder)
    with watched.running():
        until(lambda: bool(watched.looks))
        with (folder / "slow.txt").open("w") as file:
            file.write("Slow\n\n")
            for number in range(15):
                file.write(f"This is sentence number {number}. ")
                file.flush()
                time.sleep(0.1)
        (folder / "quick.txt").write_text(text("Quick"))
        watched.comes("Quick", "Slow")
    (slow,) = (each for each in opened.catalogue.all_articles() if opened.catalogue.article(each).title == "Slow")
    assert opened.catalogue.versions(slow) == [1]
    assert opened.catalogue.article(slow).text.rstrip().endswith("number 14.")


def test_a_folder_that_goes_away_keeps_its_articles_and_is_followed_again_when_it_is_back(
    watched: Watched, tmp_path: Path
) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    (folder / "a.txt").write_text(text("Apples"))
    name = watched.add(folder)
    with watched.running():
        watched.comes("Apples")
        folder.rename(tmp_path / "elsewhere")
        watched.list.note(name, "", 0, 0)  # its time has come
        until(lambda: any(look.error and "cannot be found" in str(look.error) for look in watched.looks))
        assert watched.titles() == ["Apples"]
        (tmp_path / "elsewhere").rename(folder)
        (folder / "b.txt").write_text(text("Berries"))
        watched.comes("Apples", "Berries")
        until(lambda: watched.list.one(name).failures == 0)
        (folder / "c.txt").write_text(text("Cherries"))
        watched.comes("Apples", "Berries", "Cherries")


def test_a_file_alone_is_followed_although_another_takes_its_place(watched: Watched, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(text("Apples"))
    watched.add(file)
    with watched.running():
        watched.comes("Apples")
        (tmp_path / "new").write_text(text("Better apples"))
        (tmp_path / "new").replace(file)
        watched.comes("Better apples")


def test_a_file_that_cannot_be_read_is_named_once_and_tried_again_ever_more_rarely(tmp_path: Path) -> None:
    now = [1_000_000.0]
    file = tmp_path / "a.pdf"
    file.write_bytes(b"?")
    os.utime(file, (now[0] - 100, now[0] - 100))
    settled = Settled(quiet=2, first_retry=5, clock=lambda: now[0])
    error = ReadError(f"{file}, line 3", "is damaged")
    waits = []
    for _ in range(3):
        settled.begin()
        assert settled(file)
        news = settled.end([error])
        waits.append((len(news), settled.wait()))
        assert not settled(file)
        now[0] += settled.wait() or 0
    assert waits == [(1, 5), (0, 30), (0, 180)]
    os.utime(file, (now[0] - 1, now[0] - 1))
    settled.begin()
    assert not settled(file)  # it has changed, a second ago
    assert settled.end([]) == []
    assert settled.wait() == pytest.approx(2)
    now[0] += 5
    settled.begin()
    assert settled(file)
    assert settled.end([error]) == [error]  # of this state of the file nobody has been told
    settled.begin()
    os.utime(file, (now[0] - 100, now[0] - 100))
    assert settled(file)
    assert settled.end([]) == []
    assert settled.wait() is None


def test_a_file_whose_writer_pauses_is_read_once_it_looked_the_same_twice(tmp_path: Path) -> None:
    now = [1_700_000_000.0]
    settled = Settled(quiet=2, first_retry=5, clock=lambda: now[0])
    file = tmp_path / "a.txt"

    def looks_fit(words: str = "") -> bool:
        if words:
            file.write_text(words)
            os.utime(file, (now[0], now[0]))
        settled.begin()
        return settled(file)

    assert not looks_fit("The first half.")
    now[0] += 1
    assert not looks_fit("The first half. The second half.")  # changed since, which counts from the start
    assert settled.wait() == pytest.approx(2)
    now[0] += 3  # a pause of the writer, in which nobody looked
    assert looks_fit()
    file.write_text("Half of something else.")
    os.utime(file, (now[0] - 3, now[0] - 3))
    assert not looks_fit()  # left alone for long enough, but seen so only once
    assert settled.wait() == pytest.approx(2)
    now[0] += 2
    assert looks_fit()
    os.utime(file, (now[0] - 20, now[0] - 20))
    assert looks_fit()  # left alone for so long that one look will do


FEED = "<rss version='2.0'><channel><title>The Wearside Post</title>{}</channel></rss>"


def test_a_source_is_looked_at_once_when_its_time_has_come(opened: OpenIndex, site: Site) -> None:
    watched = Watched(opened, Pace())
    name = watched.list.add(f"{site.url}/missing", "web", 3_600.0, allow_private=True).source
    with watched.running():
        until(lambda: bool(watched.looks))
        time.sleep(1.5)  # a few turns of the loop
        assert (site.asked.count("/missing"), watched.list.one(name).failures) == (1, 1)


def test_a_feed_is_asked_again_and_again_with_manners(watched: Watched, site: Site) -> None:
    def listing(*names: str) -> None:
        items = "".join(f"<item><title>{name}</title><link>{site.url}/{name}</link></item>" for name in names)
        site.put("/feed", FEED.format(items), "text/xml", ETag=f'"{len(names)}"')

    for name in ("One", "Two"):
        site.put(f"/{name}", page(name, f"This is what {name} says, in a sentence of its own that is long enough."))
    listing("One")
    name = watched.add(f"{site.url}/feed")
    with watched.running():
        watched.comes("One")
        until(lambda: site.asked.count("/feed") > 3)
        assert site.headers[-1].get("If-None-Match") == '"1"'
        listing("Two", "One")
        watched.comes("One", "Two")
        assert [site.asked.count(path) for path in ("/robots.txt", "/One", "/Two")] == [1, 1, 1]
        assert watched.list.one(name).kind == "feed"
        site.pages["/feed"] = (503, {"Retry-After": "3600"}, b"")
        until(lambda: watched.list.one(name).failures == 1)
        source = watched.list.one(name)
        assert source.looked_at is not None
        assert source.next_at - source.looked_at == pytest.approx(3600)
        assert "HTTP status 503" in source.outcome
        listing("Two", "One")
        watched.list.note(name, "", 0, source.failures)
        until(lambda: watched.list.one(name).failures == 0)


def test_a_source_that_another_process_puts_on_the_list_is_looked_at_and_one_taken_off_is_not(
    watched: Watched, site: Site
) -> None:
    url = site.put("/a", page("A page"))
    with watched.running():
        elsewhere = WatchList(watched.opened.folder)
        elsewhere.add(url, "web", 0.2, allow_private=True)
        watched.comes("A page")
        elsewhere.remove(url)
        elsewhere.close()
        until(lambda: not watched.watcher._running)
        asked = len(site.asked)
        watched.add(site.put("/b", page("B page")))
        watched.comes("A page", "B page")
        assert site.asked[asked:].count("/a") <= 1


def test_one_process_watches_and_the_next_is_told_so(watched: Watched, opened: OpenIndex) -> None:
    with watched.running():
        until(lambda: (opened.folder / "watch.lock").exists())
        second = Watched(opened, HASTY)
        with pytest.raises(IndexBusyError, match="in step already"):
            until(lambda: bool(second.watcher.once()))
        second.watcher.close()


def test_a_watcher_waits_for_who_is_writing_and_says_so_once(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(text("Apples"))
    watched.add(tmp_path / "a.txt")
    writing = FileLock(watched.opened.folder / "write.lock")
    with writing, watched.running():
        until(lambda: bool(watched.remarks[1:]))
        writing.release()
        watched.comes("Apples")
    assert watched.remarks == ["watching 1 source", "another process is writing to the index; waiting for it"]


def test_stopping_does_not_wait_for_a_silent_server(watched: Watched, site: Site) -> None:
    is_asked, is_over = threading.Event(), threading.Event()

    def silent(request: BaseHTTPRequestHandler) -> None:
        is_asked.set()
        is_over.wait(60)

    site.pages["/silent"] = silent
    name = watched.add(f"{site.url}/silent")
    with watched.running():
        assert is_asked.wait(60)
        began = time.monotonic()
    assert time.monotonic() - began < 15  # its own patience is a minute
    is_over.set()
    kept = WatchList(watched.opened.folder)
    assert kept.one(name).looked_at is None
    kept.close()


def test_how_often_is_bounded_and_failures_are_waited_out() -> None:
    pace = Pace(spread=0)
    assert (pace.every(True, None), pace.every(False, None), pace.every(True, 1800)) == (3600, 900, 1800)
    with pytest.raises(SettingError, match="every 30s is too often for a website; expected 5m or more"):
        pace.every(True, 30)
    assert pace.after_success(True, 3600, fresh_for=7200) == 7200
    assert pace.after_success(True, 3600, fresh_for=10**9) == 86_400
    assert [pace.after_failure(True, 3600, n) for n in (1, 2, 3, 99)] == [300, 600, 1200, 86_400]
    assert pace.after_failure(True, 3600, 1, asked=200_000) == 200_000
    assert [pace.after_failure(False, 900, n) for n in (1, 2, 99)] == [5, 10, 900]
    assert Pace().after_success(True, 3600, draw=lambda: 0.5) == pytest.approx(3780)
    assert [every_of(each) for each in ("90s", "30m", "2H", "1d")] == [90, 1800, 7200, 86_400]
    assert [spelled(each) for each in (90, 1800, 7200, 86_400, 0)] == ["90s", "30m", "2h", "1d", "0s"]
    for wrong in ("", "30", "m", "-5m", "0s", "99d", "1.5h"):
        with pytest.raises(SettingError, match="is no span of time"):
            every_of(wrong)


def test_the_list_survives_and_keeps_its_history_when_a_source_is_named_again(tmp_path: Path) -> None:
    now = [1000.0]
    first = WatchList(tmp_path, lambda: now[0])
    first.add("https://example.com/feed", "web", 1800)
    first.note("https://example.com/feed", "added 3", 1800, 0, "feed")
    first.close()
    now[0] += 100
    again = WatchList(tmp_path, lambda: now[0])
    kept = again.add("https://example.com/feed", "web", 3600, keep_pace=True)
    assert (kept.kind, kept.every, kept.outcome, kept.next_at) == ("feed", 1800, "added 3", 2800)
    changed = again.add("https://example.com/feed", "web", 7200)
    assert (changed.every, changed.outcome, changed.next_at) == (7200, "added 3", 1100)
    again.close()
