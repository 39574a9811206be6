"""Fetching with manners, and no way to be sent inside."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler

import pytest

from index.addresses import checked_addresses, is_public
from index.errors import ReadError
from index.fetch import Fetcher, Manners, Validators
from tests.site import Site, serving

LOCAL = Manners(allow_private=True, between=0, first_wait=0, most_bytes=100_000, most_seconds=2)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    fetcher = Fetcher(LOCAL)
    yield fetcher
    fetcher.close()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1",
     "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1", "fe80::1", "fe80::1%eth0",
     "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1",
     "64:ff9b::7f00:1", "64:ff9b::169.254.169.254", "64:ff9b:1::1", "2001:0:1::1", "2606:4700::5efe:10.0.0.1", "x"],
)  # fmt: skip
def test_an_address_inside_is_refused(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(ReadError, match="no public address"):
        checked_addresses("host.example", 80, lambda host, port: ["93.184.215.14", address])


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f::1", "64:ff9b::5db8:d70e", "2002:5db8:d70e::1"]
)
def test_an_address_of_the_open_internet_is_allowed(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0x7f.1", "0x7f000001", "2130706433", "127.1", "0177.0.0.1", "[::1]", "0", "[::]",
     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "127.0.0.1.", "①②⑦.⓪.⓪.①"],
)  # fmt: skip
def test_a_host_that_is_this_machine_is_refused_however_it_is_written(site: Site, host: str) -> None:
    site.put("/secret", "words")
    fetcher = Fetcher(Manners(between=0, tries=1))
    port = site.url.rpartition(":")[2]
    with pytest.raises(ReadError):
        fetcher.fetch(f"http://{host}:{port}/secret")
    fetcher.close()
    assert site.asked == []


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://example.com/", "gopher://example.com/", "//example.com", "http://", "http:///x",
     "http://example.com@127.0.0.1/", "http://user:word@example.com/", "javascript:alert(1)", "http://[::1",
     "https://example.com:22/", "https://example.com:25/x", "http://exa mple.com\r\n/"],
)  # fmt: skip
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    def find(host: str, port: int) -> Sequence[str]:
        return ["93.184.215.14"]

    fetcher = Fetcher(Manners(between=0, tries=1), find)
    with pytest.raises(ReadError):
        fetcher.fetch(url)
    fetcher.close()


def test_a_name_whose_address_changes_between_check_and_use_leads_nowhere(site: Site) -> None:
    """Each connection resolves once and goes to what it got; a second resolution inside is refused."""
    answers = [["127.0.0.1"], ["93.184.215.14"]]
    asked: list[str] = []

    def find(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return answers[(len(asked) - 1) % 2]

    site.put("/robots.txt", "")
    site.put("/page", "words")
    port = site.url.rpartition(":")[2]
    answers.reverse()
    fetcher = Fetcher(Manners(between=0, tries=1), lambda host, port: [*find(host, port), *find(host, port)])
    with pytest.raises(ReadError, match="no public address"):
        fetcher.fetch(f"http://rebind.example:{port}/page")
    fetcher.close()
    assert site.asked == []

    asked.clear()
    answers.reverse()
    fetcher = Fetcher(LOCAL, find)  # here loopback is allowed: the page comes from the one address that was checked
    assert fetcher.fetch(f"http://rebind.example:{port}/page").body == b"words"
    fetcher.close()
    assert asked == ["rebind.example"]


def test_a_redirect_inside_is_refused(site: Site) -> None:
    """The first host is let through by the resolver's word; the one it redirects to is checked like any other."""
    port = site.url.rpartition(":")[2]
    site.pages["/go"] = (302, {"Location": f"http://inside.example:{port}/secret"}, b"")
    site.put("/robots.txt", "")
    site.put("/secret", "words")
    seen: list[str] = []

    def find(host: str, port: int) -> Sequence[str]:
        seen.append(host)
        if host == "inside.example":
            raise OSError("refused by the test")
        return ["127.0.0.1"]

    fetcher = Fetcher(LOCAL, find)
    with pytest.raises(ReadError, match=r"inside\.example cannot be found"):
        fetcher.fetch(f"http://outside.example:{port}/go")
    fetcher.close()
    assert seen == ["outside.example", "inside.example"]
    assert "/secret" not in site.asked


def test_redirects_are_followed_so_far_and_no_further(site: Site, fetcher: Fetcher) -> None:
    site.pages["/a"] = (301, {"Location": "/b#part"}, b"")
    site.put("/b", "words")
    assert fetcher.fetch(f"{site.url}/a").url == f"{site.url}/b"
    site.pages["/loop"] = (302, {"Location": "/loop"}, b"")
    with pytest.raises(ReadError, match="redirects more than 5 times"):
        fetcher.fetch(f"{site.url}/loop")
    site.pages["/file"] = (302, {"Location": "file:///etc/passwd"}, b"")
    with pytest.raises(ReadError, match="expected a URL that begins with https"):
        fetcher.fetch(f"{site.url}/file")


def test_a_page_that_is_unchanged_is_not_sent_again(site: Site, fetcher: Fetcher) -> None:
    url = site.put("/page", "words", ETag='"1"', Last_Modified="Fri, 15 Mar 2024 10:00:00 GMT")
    first = fetcher.fetch(url)
    assert (first.body, first.kind, first.charset) == (b"words", "text/html", "utf-8")
    assert first.validators == Validators('"1"', "Fri, 15 Mar 2024 10:00:00 GMT")
    again = fetcher.fetch(url, first.validators)
    assert (again.is_unchanged, again.body) == (True, b"")
    assert site.headers[-1]["If-Modified-Since"] == "Fri, 15 Mar 2024 10:00:00 GMT"


def test_robots_txt_is_asked_once_and_obeyed(site: Site, fetcher: Fetcher) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /private/*.html\n", "text/plain")
    site.put("/private/a.html", "words")
    url = site.put("/open.html", "words")
    with pytest.raises(ReadError, match=r"closed to programs by the site's robots\.txt"):
        fetcher.fetch(f"{site.url}/private/a.html")
    assert fetcher.fetch(url).body == b"words"
    assert site.asked == ["/robots.txt", "/open.html"]


def test_a_site_whose_robots_txt_fails_is_left_alone(site: Site, fetcher: Fetcher) -> None:
    site.pages["/robots.txt"] = (503, {}, b"")
    url = site.put("/page", "words")
    with pytest.raises(ReadError, match="closed to programs"):
        fetcher.fetch(url)


def test_a_failing_server_is_tried_again_and_a_missing_page_is_not(site: Site, fetcher: Fetcher) -> None:
    site.pages["/busy"] = (503, {"Retry-After": "0"}, b"")
    with pytest.raises(ReadError, match="HTTP status 503"):
        fetcher.fetch(f"{site.url}/busy")
    with pytest.raises(ReadError, match="HTTP status 404"):
        fetcher.fetch(f"{site.url}/missing")
    assert site.asked == ["/robots.txt", "/busy", "/busy", "/busy", "/missing"]


def test_what_is_too_long_packed_or_not_and_what_is_too_slow_is_given_up(site: Site, fetcher: Fetcher) -> None:
    site.put("/long", b"x" * 100_001)
    site.put("/bomb", gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")
    site.put("/broken", b"no gzip", Content_Encoding="gzip")
    site.put("/odd", b"?", Content_Encoding="br")
    assert site.put("/packed", gzip.compress(b"words"), Content_Encoding="gzip")

    def slow(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            for _ in range(40):
                request.wfile.write(b"x")
                time.sleep(0.1)
        except OSError:
            return
        finally:
            request.close_connection = True

    site.pages["/slow"] = slow
    for path, reason in {
        "/long": "longer than 100,000 bytes",
        "/bomb": "longer than 100,000 bytes",
        "/broken": "cannot be unpacked",
        "/odd": "packed as 'br'",
        "/slow": "took longer than 2 seconds",
    }.items():
        with pytest.raises(ReadError, match=reason):
            fetcher.fetch(f"{site.url}{path}")
    assert fetcher.fetch(f"{site.url}/packed").body == b"words"


def test_a_host_is_given_time_between_two_requests(site: Site) -> None:
    now = [0.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(round(seconds, 3))
        now[0] += seconds

    fetcher = Fetcher(Manners(allow_private=True, between=1.5), sleep=sleep, clock=lambda: now[0])
    fetcher.fetch(site.put("/a", "words"))
    fetcher.fetch(site.put("/b", "words"))
    fetcher.close()
    assert slept == [1.5, 1.5]  # robots.txt came first
