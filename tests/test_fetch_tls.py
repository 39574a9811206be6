"""Fetching over HTTPS: HTTP/2 where the server speaks it, and certificates checked against the name."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from index.errors import ReadError
from index.fetch import Fetcher, Manners
from tests.tls_site import TlsSite, serving_tls

LOCAL = Manners(allow_private=True, between=0, first_wait=0, tries=1, most_seconds=20)


def here(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def fetch(site: TlsSite, host: str) -> bytes:
    fetcher = Fetcher(LOCAL, here, trust=site.trust)
    try:
        return fetcher.fetch(f"https://{host}:{site.port}/page").body
    finally:
        fetcher.close()


def test_a_server_that_speaks_http_2_is_asked_in_it_under_its_own_name() -> None:
    with serving_tls("news.example") as site:
        assert fetch(site, "news.example") == b"words " * 20_000
        assert site.asked == [("/robots.txt", "2"), ("/page", "2")]
        assert site.names == ["news.example"]  # one connection, pinned to an address, and SNI says the name
        assert site.hosts == [f"news.example:{site.port}"] * 2


def test_a_server_that_speaks_only_http_1_is_asked_in_that() -> None:
    with serving_tls("news.example", ("http/1.1",)) as site:
        assert fetch(site, "news.example") == b"words " * 20_000
        assert site.asked == [("/robots.txt", "1.1"), ("/page", "1.1")]


def test_a_certificate_made_out_to_another_name_is_refused() -> None:
    with serving_tls("other.example") as site:
        with pytest.raises(ReadError, match=r"not valid for 'news\.example'"):
            fetch(site, "news.example")
        assert site.asked == []


def test_a_certificate_of_an_authority_that_nobody_knows_is_refused() -> None:
    with serving_tls("news.example") as site:
        fetcher = Fetcher(LOCAL, here)
        with pytest.raises(ReadError, match="certificate verify failed"):
            fetcher.fetch(f"https://news.example:{site.port}/page")
        fetcher.close()
        assert site.asked == []


def test_how_long_an_answer_holds_comes_with_it() -> None:
    with serving_tls("news.example") as site:
        fetcher = Fetcher(LOCAL, here, trust=site.trust)
        assert fetcher.fetch(f"https://news.example:{site.port}/page").fresh_for == 600
        fetcher.close()
