"""Servers that mean harm or are broken: each is given up in bounded time and memory, and named."""

from __future__ import annotations

import contextlib
import gzip
import re
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from index.errors import ReadError, UnavailableError
from index.fetch import Fetcher, Manners
from index.freshness import asked_wait, holds_for, time_to_live
from tests.site import Site, serving

HASTY = Manners(allow_private=True, between=0, first_wait=0, tries=2, most_bytes=100_000, most_seconds=3)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    fetcher = Fetcher(HASTY)
    yield fetcher
    fetcher.close()


def raw(*pieces: bytes, drip: bytes = b"", every: float = 0.05) -> Callable[[BaseHTTPRequestHandler], None]:
    """A server that sends these bytes, and then one more drop for ever, and hangs up when the client does."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.close_connection = True
        with contextlib.suppress(OSError):
            for piece in pieces:
                request.wfile.write(piece)
            until = time.monotonic() + 20
            while drip and time.monotonic() < until:
                request.wfile.write(drip)
                time.sleep(every)

    return answer


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (raw(b"HTTP/1.1 2", drip=b" "), "took longer than 3 second"),
        (raw(OK, b"X-Slow: ", drip=b"x"), "took longer than 3 second"),
        (raw(drip=b"HTTP/1.1 103 Early Hints\r\n\r\n"), "took longer than 3 second"),
        (raw(OK, b"\r\n", drip=b"x"), "took longer than 3 second"),
        (raw(OK, b"Transfer-Encoding: chunked\r\n\r\n", drip=b"1\r\nx\r\n"), "took longer than 3 second"),
        (raw(OK, b"X-Big: " + b"x" * 300_000 + b"\r\n\r\n"), "cannot be fetched"),
        (raw(OK, b"\r\n", drip=b"x" * 60_000, every=0), "longer than 100,000 bytes"),
        (raw(OK, b"Content-Length: 500\r\n\r\nwords"), "cannot be fetched"),
        (raw(OK, b"Content-Length: -5\r\n\r\nwords"), "cannot be fetched"),
        (raw(OK, b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nwords"), "cannot be fetched"),
        (raw(OK, b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nx"), "cannot be fetched"),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "cannot be fetched"),
        (raw(b""), "cannot be fetched"),
        (raw(OK, b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"words" * 9999)[:60]), "breaks off"),
        (raw(OK, b"Content-Encoding: gzip\r\n\r\n", gzip.compress(bytes(10**8), 9)), "longer than 100,000 bytes"),
        (raw(b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n"), "redirects to what is no"),
        (raw(b"HTTP/1.1 302 Found\r\nLocation: data:,x\r\nContent-Length: 0\r\n\r\n"), "begins with https"),
        (raw(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"), "secrets"),
        (raw(b"HTTP/1.1 302 Found\r\nLocation: http://x@127.0.0.1/\r\nContent-Length: 0\r\n\r\n"), "user name"),
    ],
)  # fmt: skip
def test_it_is_given_up_and_named(
    site: Site, fetcher: Fetcher, answer: Callable[[BaseHTTPRequestHandler], None], reason: str
) -> None:
    site.pages["/page"] = answer
    with pytest.raises(ReadError, match=reason):
        fetcher.fetch(f"{site.url}/page")
    assert fetcher.fetch(site.put("/next", "words")).body == b"words"


def test_a_body_that_is_longer_than_it_says_ends_where_it_said(site: Site, fetcher: Fetcher) -> None:
    site.pages["/page"] = raw(OK, b"Content-Length: 5\r\n\r\nwords and more HTTP/1.1 200 OK\r\n\r\nanother")
    assert fetcher.fetch(f"{site.url}/page").body == b"words"
    assert fetcher.fetch(site.put("/next", "next")).body == b"next"


def test_redirects_that_never_end_are_not_followed_for_ever(site: Site, fetcher: Fetcher) -> None:
    def onward(request: BaseHTTPRequestHandler) -> None:
        number = int(request.path.rpartition("/")[2])
        site.pages[f"/to/{number + 1}"] = onward
        request.send_response(302)
        request.send_header("Location", f"/to/{number + 1}")
        request.send_header("Content-Length", "0")
        request.end_headers()

    site.pages["/to/0"] = onward
    with pytest.raises(ReadError, match="redirects more than 5 times"):
        fetcher.fetch(f"{site.url}/to/0")
    assert site.asked == ["/robots.txt", *(f"/to/{number}" for number in range(6))]


def test_a_wait_for_a_silent_server_ends_when_it_is_stopped(site: Site) -> None:
    is_asked, stop, ended = threading.Event(), threading.Event(), threading.Event()

    def silent(request: BaseHTTPRequestHandler) -> None:
        is_asked.set()
        ended.wait(30)

    site.pages["/page"] = silent
    fetcher = Fetcher(Manners(allow_private=True, between=0), stop=stop)
    found: list[str] = []

    def fetch() -> None:
        try:
            fetcher.fetch(f"{site.url}/page")
        except KeyboardInterrupt:
            found.append("interrupted")

    thread = threading.Thread(target=fetch)
    thread.start()
    assert is_asked.wait(30)
    stop.set()
    thread.join(30)
    ended.set()
    fetcher.close()
    assert found == ["interrupted"]


def test_one_host_is_not_kept_waiting_by_another(site: Site) -> None:
    """Two hosts by name, one server: the second is answered while the first still keeps its caller."""
    is_asked, is_let_go = threading.Event(), threading.Event()

    def slow(request: BaseHTTPRequestHandler) -> None:
        is_asked.set()
        is_let_go.wait(30)
        raw(OK, b"Content-Length: 4\r\n\r\nslow")(request)

    site.pages["/slow"] = slow
    site.put("/quick", "quick")
    port = site.url.rpartition(":")[2]
    fetcher = Fetcher(Manners(allow_private=True, between=0), lambda host, port: ["127.0.0.1"])
    found: list[bytes] = []
    thread = threading.Thread(target=lambda: found.append(fetcher.fetch(f"http://a.example:{port}/slow").body))
    thread.start()
    assert is_asked.wait(30)
    assert fetcher.fetch(f"http://b.example:{port}/quick").body == b"quick"
    is_let_go.set()
    thread.join(30)
    fetcher.close()
    assert found == [b"slow"]


def test_what_may_pass_is_told_from_what_will_not(site: Site, fetcher: Fetcher) -> None:
    site.pages["/busy"] = (503, {"Retry-After": "1800"}, b"")
    site.pages["/gone"] = (410, {}, b"")
    with pytest.raises(UnavailableError, match="HTTP status 503") as busy:
        fetcher.fetch(f"{site.url}/busy")
    assert busy.value.wait == 1800
    assert site.asked.count("/busy") == 1  # half an hour is not waited for, nor cut short
    with pytest.raises(ReadError) as gone:
        fetcher.fetch(f"{site.url}/gone")
    assert not isinstance(gone.value, UnavailableError)
    unknown = Fetcher(HASTY, lambda host, port: (_ for _ in ()).throw(OSError("no such host")))
    with pytest.raises(UnavailableError, match="cannot be found"):
        unknown.fetch("http://a.example/")
    unknown.close()


def test_a_site_that_asks_for_a_pause_gets_it(site: Site) -> None:
    now, slept = [0.0], list[float]()

    def sleep(seconds: float) -> None:
        slept.append(round(seconds, 3))
        now[0] += seconds

    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 7\n", "text/plain")
    fetcher = Fetcher(Manners(allow_private=True, between=1), sleep=sleep, clock=lambda: now[0])
    fetcher.fetch(site.put("/a", "words"))
    fetcher.fetch(site.put("/b", "words"))
    assert slept == [1.0, 7.0]  # the pause is known once robots.txt has been read
    now[0] += 90_000
    fetcher.fetch(f"{site.url}/a")
    fetcher.close()
    assert site.asked == ["/robots.txt", "/a", "/b", "/robots.txt", "/a"]  # rules are a day old at most


@pytest.mark.parametrize(
    ("headers", "wait", "fresh"),
    [
        ({}, 0, 0),
        ({"retry-after": "120"}, 120, 0),
        ({"retry-after": "Thu, 01 Jan 1970 01:00:00 GMT"}, 2600, 0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:01 GMT"}, 0, 0),
        ({"retry-after": "-5"}, 0, 0),
        ({"retry-after": "soon"}, 0, 0),
        ({"retry-after": "99999999999999999999"}, 0, 0),
        ({"retry-after": "999999999"}, 604_800, 0),
        ({"cache-control": "public, max-age=300"}, 0, 300),
        ({"cache-control": "max-age=300", "age": "100"}, 0, 200),
        ({"cache-control": "no-cache, max-age=300"}, 0, 0),
        ({"cache-control": "max-age=x"}, 0, 0),
        ({"expires": "Thu, 01 Jan 1970 00:20:00 GMT", "date": "Thu, 01 Jan 1970 00:10:00 GMT"}, 0, 600),
        ({"expires": "0"}, 0, 0),
        ({"expires": "Mon, 99 Foo 99999 00:00:00 GMT"}, 0, 0),
    ],
)
def test_what_a_server_says_of_time_is_understood(headers: dict[str, str], wait: float, fresh: float) -> None:
    assert (asked_wait(headers, 1000.0), holds_for(headers, 1000.0)) == (wait, fresh)


def test_a_feed_says_how_long_it_is_to_be_left_alone() -> None:
    assert time_to_live(b"<rss><channel><ttl> 60 </ttl>") == 3600
    hourly = b"<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
    assert time_to_live(hourly) == 1800
    assert time_to_live(re.sub(b"hourly", b"often", hourly)) == 0
    assert time_to_live(b"<rss>") == 0
