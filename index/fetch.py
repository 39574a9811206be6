"""Pages fetched over HTTP, with manners and with care: it gives bytes and understands none of them."""

from __future__ import annotations

import re
import threading
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpcore
import httpx
from protego import Protego

from index.addresses import Resolve, checked_addresses, resolve
from index.errors import ReadError

AGENT = "Pullquote/0.1 (reads articles for one person or team)"
_REDIRECTS = (301, 302, 303, 307, 308)
_AGAIN = (429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Manners:
    """The limits of fetching; times in seconds, sizes in bytes."""

    allow_private: bool = False
    most_bytes: int = 20_000_000
    most_seconds: float = 60.0
    most_redirects: int = 5
    between: float = 1.0
    tries: int = 3
    first_wait: float = 1.0


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said about a page, sent back to it to learn whether the page has changed."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: its final URL, and the body unless it `is_unchanged`; `kind` is the media type."""

    url: str
    body: bytes = b""
    kind: str = ""
    charset: str = ""
    validators: Validators = field(default_factory=Validators)
    is_unchanged: bool = False


class _Guarded(httpcore.NetworkBackend):
    """Connects to addresses that were checked, and to nothing else."""

    def __init__(self, find: Resolve, allow_private: bool) -> None:
        self._find = find
        self._allow_private = allow_private
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,  # as httpcore declares it
    ) -> httpcore.NetworkStream:
        failed: Exception = httpcore.ConnectError("no address")
        for address in checked_addresses(host, port, self._find, self._allow_private)[:4]:
            try:
                return self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed


class Fetcher:
    """Fetches pages, one at a time from each host; close it, or use what `closing` gives.

    The system's proxies are not used: behind one, the address that is connected to could not be checked.
    """

    def __init__(
        self,
        manners: Manners | None = None,
        find: Resolve = resolve,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._manners = manners or Manners()
        self._sleep = sleep
        self._clock = clock
        self._robots: dict[str, Protego | None] = {}
        self._next: dict[str, float] = {}
        self._turn = threading.RLock()
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=8,
            keepalive_expiry=5,
            network_backend=_Guarded(find, self._manners.allow_private),
        )

    def close(self) -> None:
        """Let go of all connections."""
        self._pool.close()

    def fetch(self, url: str, known: Validators | None = None) -> Fetched:
        """The page at a URL after all redirects; raises ReadError, which names the URL, when there is none."""
        with self._turn:
            try:
                return self._followed(url, known or Validators(), obey=True)
            except ReadError as error:
                raise ReadError(
                    url, error.reason if error.source == url else f"{error.source} {error.reason}"
                ) from error

    def _followed(self, url: str, known: Validators, obey: bool) -> Fetched:
        for _ in range(self._manners.most_redirects + 1):
            place = _checked(url)
            if obey and not self._may_fetch(place):
                raise ReadError(url, "is closed to programs by the site's robots.txt")
            status, headers, body = self._patiently(place, known)
            if status in _REDIRECTS and headers.get("location"):
                url = str(place.join(headers["location"]).copy_with(fragment=None))
                continue
            if status == 304:
                return Fetched(str(place), validators=known, is_unchanged=True)
            if status != 200:
                raise ReadError(url, f"was answered with HTTP status {status}; expected 200")
            kind, _, rest = headers.get("content-type", "").partition(";")
            charset = re.search(r"charset\s*=\s*[\"']?([\w-]{1,40})", rest, re.IGNORECASE)
            validators = Validators(headers.get("etag", "")[:500], headers.get("last-modified", "")[:100])
            return Fetched(str(place), body, kind.strip().lower(), charset[1] if charset else "", validators)
        raise ReadError(url, f"redirects more than {self._manners.most_redirects} times")

    def _may_fetch(self, place: httpx.URL) -> bool:
        site = f"{place.scheme}://{place.netloc.decode('ascii')}"
        if site not in self._robots:
            try:
                rules: Protego | None = Protego.parse(
                    self._followed(f"{site}/robots.txt", Validators(), obey=False)
                    .body[:500_000]
                    .decode("utf-8", "replace")
                )
            except ReadError as error:
                # RFC 9309: no robots.txt allows all, one that cannot be had allows nothing.
                is_absent = re.search(r"HTTP status 4\d\d", error.reason)
                if not is_absent and not re.search(r"HTTP status|redirects", error.reason):
                    raise
                rules = Protego.parse("") if is_absent else None
            self._robots[site] = rules
        rules = self._robots[site]
        return rules is not None and bool(rules.can_fetch(str(place), "Pullquote"))

    def _patiently(self, place: httpx.URL, known: Validators) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body; tried again after a while when the server or the way to it is at fault."""
        for attempt in range(1, self._manners.tries + 1):
            wait = self._manners.first_wait * 2 ** (attempt - 1)
            try:
                status, headers, body = self._once(place, known)
            except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
                if attempt == self._manners.tries:
                    raise ReadError(str(place), f"cannot be fetched ({error or type(error).__name__})") from error
            else:
                if status not in _AGAIN or attempt == self._manners.tries:
                    return status, headers, body
                asked = headers.get("retry-after", "")
                wait = min(float(asked), 60.0) if asked.isdecimal() else wait
            self._sleep(wait)
        raise AssertionError("unreachable")

    def _once(self, place: httpx.URL, known: Validators) -> tuple[int, dict[str, str], bytes]:
        host = place.host
        if (early := self._next.get(host, 0.0) - self._clock()) > 0:
            self._sleep(early)
        sent = {
            "Host": place.netloc.decode("ascii"),
            "User-Agent": AGENT,
            "Accept-Encoding": "gzip",
            "Accept": "*/*",
        }
        sent |= {"If-None-Match": known.etag} if known.etag else {}
        sent |= {"If-Modified-Since": known.modified} if known.modified else {}
        limit = self._manners.most_seconds
        timeouts = {"connect": 10.0, "read": min(20.0, limit), "write": 10.0, "pool": 10.0}
        began = self._clock()
        try:
            with self._pool.stream(
                "GET", str(place), headers=list(sent.items()), extensions={"timeout": timeouts}
            ) as answer:
                headers = {
                    name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers
                }
                is_wanted = answer.status == 200
                body = self._body(place, answer, headers, began) if is_wanted else b""
                return answer.status, headers, body
        finally:
            self._next[host] = self._clock() + self._manners.between

    def _body(self, place: httpx.URL, answer: httpcore.Response, headers: dict[str, str], began: float) -> bytes:
        most = self._manners.most_bytes
        packed = headers.get("content-encoding", "").strip().lower()
        if packed not in ("", "identity", "gzip", "x-gzip"):
            raise ReadError(str(place), f"is packed as {packed[:20]!r}; expected gzip, as was asked for")
        engine = zlib.decompressobj(wbits=31) if "gzip" in packed else None
        body = bytearray()
        for piece in answer.iter_stream():
            try:
                body += engine.decompress(piece, most + 1 - len(body)) if engine else piece
            except zlib.error as error:
                raise ReadError(str(place), f"is packed in a way that cannot be unpacked ({error})") from error
            if len(body) > most:
                raise ReadError(str(place), f"is longer than {most:,} bytes, which is not fetched")
            if self._clock() - began > self._manners.most_seconds:
                raise ReadError(str(place), f"took longer than {self._manners.most_seconds:.0f} seconds")
        return bytes(body)


def _checked(url: str) -> httpx.URL:
    try:
        place = httpx.URL(url)
    except (httpx.InvalidURL, ValueError, UnicodeError) as error:
        raise ReadError(url, f"is no URL ({error})") from error
    if place.scheme not in ("http", "https") or not place.host or len(url) > 2000:
        raise ReadError(url, "is not fetched; expected a URL that begins with https:// or http://")
    if place.userinfo:
        raise ReadError(
            url.rpartition("@")[2], "holds a user name in front of the host; expected a URL without one"
        )
    return place.copy_with(fragment=None)
