"""Pages fetched over HTTP, with manners and with care: it gives bytes and understands none of them."""

from __future__ import annotations

import re
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import httpcore
import httpx

from index.addresses import Resolve, is_public, resolve
from index.connect import Guarded, Patience, TooSlowError
from index.errors import ReadError, UnavailableError
from index.freshness import asked_wait, holds_for
from index.robots import LONGEST_DELAY, Robots

PRODUCT = "Pullquote"
AGENT = f"{PRODUCT}/0.1 (reads articles for one person or team)"
_REDIRECTS = (301, 302, 303, 307, 308)
_AGAIN = (429, 500, 502, 503, 504)

Answer = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""


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
    again: float = 0.0
    """A page that is listed without a date is not asked for again within so many seconds."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said about a page, sent back to it to learn whether the page has changed."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: its final URL, and the body unless it `is_unchanged`; `kind` is the media type.

    The server calls it fresh for so many seconds, 0 when it does not say.
    """

    url: str
    body: bytes = b""
    kind: str = ""
    charset: str = ""
    validators: Validators = field(default_factory=Validators)
    is_unchanged: bool = False
    fresh_for: float = 0.0


@dataclass(slots=True)
class _Host:
    """A host: whose turn it is to ask it, and when at the earliest."""

    next: float = 0.0
    turn: threading.Lock = field(default_factory=threading.Lock)


class Fetcher:
    """Fetches pages, over HTTP/2 where the server speaks it, one at a time from each host.

    Any number of threads may share one; close it in the end. Once `stop` is set, whatever is being fetched ends
    with KeyboardInterrupt, as Ctrl-C would end it. `is_open` says which addresses are of the open internet, and
    `trust` whose certificates count. The system's proxies are not used: behind one, the address that is
    connected to could not be checked.
    """

    def __init__(
        self,
        manners: Manners | None = None,
        find: Resolve = resolve,
        sleep: Callable[[float], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        is_open: Callable[[str], bool] = is_public,
        trust: ssl.SSLContext | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self.manners = manners or Manners()
        self._stop = stop or threading.Event()
        self._sleep = sleep or self._stop.wait
        self._clock = clock
        self._hosts: dict[str, _Host] = {}
        self._robots = Robots(PRODUCT, lambda url: self._followed(url, Validators(), obey=False).body, clock)
        self._patience = Patience(self._stop.is_set)
        self._pool = httpcore.ConnectionPool(
            ssl_context=trust or httpx.create_ssl_context(),
            max_connections=8,
            keepalive_expiry=5,
            http2=True,
            network_backend=Guarded(self._patience, find, self.manners.allow_private, is_open),
        )

    def close(self) -> None:
        """Let go of all connections."""
        self._pool.close()

    def fetch(self, url: str, known: Validators | None = None) -> Fetched:
        """The page at a URL after all redirects.

        Raises ReadError, which names the URL, when there is none; UnavailableError when there may be later.
        """
        try:
            return self._followed(url, known or Validators(), obey=True)
        except ReadError as error:
            reason = error.reason if error.source == url else f"{error.source} {error.reason}"
            if isinstance(error, UnavailableError):
                raise UnavailableError(url, reason, error.wait) from error
            raise ReadError(url, reason) from error

    def _followed(self, url: str, known: Validators, obey: bool) -> Fetched:
        for _ in range(self.manners.most_redirects + 1):
            place = _checked(url)
            if obey and not self._robots.allows(str(place), _site(place)):
                raise ReadError(url, "is closed to programs by the site's robots.txt")
            status, headers, body = self._patiently(place, known)
            if status in _REDIRECTS and headers.get("location"):
                url = _joined(place, headers["location"])
                continue
            fresh = holds_for(headers, time.time())
            if status == 304:
                return Fetched(str(place), validators=known, is_unchanged=True, fresh_for=fresh)
            if status in _AGAIN:
                wait = asked_wait(headers, time.time())
                raise UnavailableError(url, f"was answered with HTTP status {status}; expected 200", wait)
            if status != 200:
                raise ReadError(url, f"was answered with HTTP status {status}; expected 200")
            kind, _, rest = headers.get("content-type", "").partition(";")
            charset = re.search(r"charset\s*=\s*[\"']?([\w-]{1,40})", rest, re.IGNORECASE)
            validators = Validators(headers.get("etag", "")[:500], headers.get("last-modified", "")[:100])
            name = charset[1] if charset else ""
            return Fetched(str(place), body, kind.strip().lower(), name, validators, fresh_for=fresh)
        raise ReadError(url, f"redirects more than {self.manners.most_redirects} times")

    def _patiently(self, place: httpx.URL, known: Validators) -> Answer:
        """Status, headers and body; tried again after a while when the server or the way to it is at fault."""
        for attempt in range(1, self.manners.tries + 1):
            wait = self.manners.first_wait * 2 ** (attempt - 1)
            is_last = attempt == self.manners.tries
            try:
                status, headers, body = self._once(place, known)
            except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
                if is_last:
                    said = str(error) or type(error).__name__
                    raise UnavailableError(str(place), f"cannot be fetched ({said})") from error
            except TooSlowError as error:
                said = f"took longer than {self.manners.most_seconds:.0f} seconds"
                raise UnavailableError(str(place), said) from error
            else:
                asked = asked_wait(headers, time.time())
                if status not in _AGAIN or is_last or asked > LONGEST_DELAY:
                    return status, headers, body
                wait = asked if "retry-after" in headers else wait
            self._sleep(wait)
        raise AssertionError("unreachable")

    def _once(self, place: httpx.URL, known: Validators) -> Answer:
        sent = {
            "Host": place.netloc.decode("ascii"),
            "User-Agent": AGENT,
            "Accept-Encoding": "gzip",
            "Accept": "*/*",
        }
        sent |= {"If-None-Match": known.etag} if known.etag else {}
        sent |= {"If-Modified-Since": known.modified} if known.modified else {}
        limit = self.manners.most_seconds
        timeouts = {"connect": 10.0, "read": min(20.0, limit), "write": 10.0, "pool": limit}
        host = self._host(place)
        with host.turn:
            if (early := host.next - self._clock()) > 0:
                self._sleep(early)
            try:
                with (
                    self._patience.for_seconds(limit),
                    self._pool.stream(
                        "GET", str(place), headers=list(sent.items()), extensions={"timeout": timeouts}
                    ) as answer,
                ):
                    headers = {
                        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers
                    }
                    body = self._body(place, answer, headers) if answer.status == 200 else b""
                    return answer.status, headers, body
            finally:
                host.next = self._clock() + max(self.manners.between, self._robots.delay(_site(place)))

    def _body(self, place: httpx.URL, answer: httpcore.Response, headers: dict[str, str]) -> bytes:
        most = self.manners.most_bytes
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
            self._patience.left()
        if engine and not engine.eof:
            raise UnavailableError(str(place), "breaks off before its end")
        return bytes(body)

    def _host(self, place: httpx.URL) -> _Host:
        return self._hosts.setdefault(place.host, _Host())


def _site(place: httpx.URL) -> str:
    return f"{place.scheme}://{place.netloc.decode('ascii')}"


def _joined(place: httpx.URL, location: str) -> str:
    try:
        return str(place.join(location).copy_with(fragment=None))
    except (httpx.InvalidURL, ValueError, UnicodeError) as error:
        raise ReadError(str(place), f"redirects to what is no URL ({error})") from error


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
