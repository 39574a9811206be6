"""Pages, feeds and sitemaps become articles, each fetched once, and only from where it is allowed."""

from __future__ import annotations

import io
import socket
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from index import Article, OpenIndex, add, sync
from index.addresses import is_public, resolve
from index.fetch import Fetcher, Manners
from tests.site import Site, serving

WORDS = (
    "Production of the LEAF began there in 2013, and more than a quarter of a million have been made in Sunderland."
)


def page(title: str, words: str = WORDS, head: str = "") -> str:
    return (
        f"<html><head><title>{title}</title>{head}</head><body><nav>Home</nav><article><h1>{title}</h1>"
        f"<p>{words}</p><p>The plant is the largest in the country, and {title} is what people there call it.</p>"
        "</article></body></html>"
    )


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        site.put("/robots.txt", "User-agent: *\nCrawl-delay: 0\n", "text/plain")
        yield site


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock between two requests, which other tests look at, is made to run at once."""
    monkeypatch.setattr("index.intake.BETWEEN", 0.0)


def articles(index: OpenIndex) -> list[Article]:
    return [index.catalogue.article(each) for each in index.catalogue.all_articles()]


def test_a_page_is_added_by_its_url_and_not_sent_again_while_unchanged(opened: OpenIndex, site: Site) -> None:
    url = site.put("/leaf", page("The LEAF stays"), ETag='"1"')
    assert add(opened.builder, [url], allow_private=True).added == 1
    (article,) = articles(opened)
    assert (article.title, article.origin, article.url) == ("The LEAF stays", url, url)
    assert article.text.startswith(WORDS)
    report = add(opened.builder, [url], allow_private=True)
    assert (report.added, report.updated, report.skipped) == (0, 0, ())
    assert site.headers[-1]["If-None-Match"] == '"1"'
    site.put("/leaf", page("The LEAF stays", f"Not for ever. {WORDS}"), ETag='"2"')
    assert add(opened.builder, [url], allow_private=True).updated == 1
    opened.builder.remove([url])
    assert add(opened.builder, [url], allow_private=True).added == 1


def test_a_url_inside_is_refused_unless_it_is_meant(opened: OpenIndex, site: Site) -> None:
    url = site.put("/leaf", page("The LEAF stays"))
    report = add(opened.builder, [url])
    assert (report.added, site.asked) == (0, [])
    assert [(error.source, "no public address" in error.reason) for error in report.skipped] == [(url, True)]


def test_print_and_amp_forms_are_the_page_itself(opened: OpenIndex, site: Site) -> None:
    head = f'<link rel="canonical" href="{site.url}/leaf">'
    urls = [site.put(path, page("The LEAF stays", head=head)) for path in ("/leaf", "/leaf/amp", "/leaf?print=1")]
    assert add(opened.builder, urls, allow_private=True).added == 1
    (article,) = articles(opened)
    assert article.origin == f"{site.url}/leaf"


def test_a_page_cannot_speak_for_another_site(opened: OpenIndex, site: Site) -> None:
    head = '<link rel="canonical" href="https://victim.example/news">'
    url = site.put("/evil", page("Evil", head=head))
    add(opened.builder, [url], allow_private=True)
    assert [article.origin for article in articles(opened)] == [url]


FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>The Wearside Post</title>
<item><title>One</title><link>{url}/one</link><guid>1</guid><author>Ann</author>
<pubDate>Fri, 15 Mar 2024 10:00:00 GMT</pubDate><description>In short.</description></item>
<item><title>Two</title><guid isPermaLink="false">two</guid>
<content:encoded><![CDATA[<p>Second &amp; whole.</p><p>More.</p>]]></content:encoded></item>
<item><title>Gone</title><link>{url}/gone</link></item>
<item><title>Inside</title><link>http://169.254.169.254/latest</link></item>
</channel></rss>"""


def test_a_feed_gives_the_pages_it_links_to_and_its_own_words_where_there_is_none(
    opened: OpenIndex, site: Site
) -> None:
    site.put("/one", page("One"), ETag='"1"')
    feed = site.put("/feed", FEED.replace("{url}", site.url), "application/rss+xml", ETag='"f"')
    report = add(opened.builder, [feed], allow_private=True)
    found = {article.title: article for article in articles(opened)}
    assert sorted(found) == ["One", "Two"]
    one, two = found["One"], found["Two"]
    assert one.text.startswith(WORDS)
    assert (one.source, one.author, one.published) == ("The Wearside Post", "Ann", date(2024, 3, 15))
    assert (two.text, two.origin) == ("Second & whole.\n\nMore.", f"{feed}#=two")
    assert f"{site.url}/gone" in [error.source for error in report.skipped]
    site.asked.clear()
    assert sync(opened.builder, feed, allow_private=True).removed == 0
    assert site.asked == ["/robots.txt", "/feed"]  # nothing new: no page was asked for
    assert len(articles(opened)) == 2


def test_a_json_feed_is_told_from_other_json(opened: OpenIndex, site: Site) -> None:
    body = (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "Letter", "items": [{"id": "1", "title": "One", '
        '"content_html": "<p>Whole.</p>", "date_published": "2024-03-15T10:00:00Z"}]}'
    )
    feed = site.put("/feed.json", body, "application/json")
    assert add(opened.builder, [feed], allow_private=True).added == 1
    (article,) = articles(opened)
    assert (article.text, article.source, article.published) == ("Whole.", "Letter", date(2024, 3, 15))


def test_a_sitemap_gives_its_pages_and_those_of_the_sitemaps_it_names(opened: OpenIndex, site: Site) -> None:
    names = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    for name in ("a", "b"):
        site.put(f"/{name}", page(f"Page {name}", f"{WORDS} On {name}."))
    pages = "".join(f"<url><loc>{site.url}/{name}</loc></url>" for name in ("a", "b", "a"))
    site.put("/pages.xml", f"<urlset {names}>{pages}<url><loc>file:///etc/passwd</loc></url></urlset>", "text/xml")
    top = f"<sitemapindex {names}><sitemap><loc>{site.url}/pages.xml</loc></sitemap></sitemapindex>"
    report = add(opened.builder, [site.put("/sitemap.xml", top, "application/xml")], allow_private=True)
    assert report.added == 2
    assert [error.source for error in report.skipped] == ["file:///etc/passwd"]


def test_what_a_feed_lists_as_before_is_not_asked_for_again(opened: OpenIndex, site: Site) -> None:
    """Without an ETag, too: ten entries are not ten requests whenever the eleventh comes in."""
    item = "<item><title>{0}</title><link>{1}/{0}</link><description>{2}</description></item>"
    for name in ("one", "two"):
        site.put(f"/{name}", page(name.title(), f"{WORDS} So says {name}."))

    def listing(*items: tuple[str, str]) -> str:
        body = "".join(item.format(name, site.url, said) for name, said in items)
        return site.put("/feed", f"<rss version='2.0'><channel><title>T</title>{body}</channel></rss>", "text/xml")

    assert add(opened.builder, [listing(("one", "Short."))], allow_private=True).added == 1
    site.asked.clear()
    assert add(opened.builder, [listing(("two", "Short."), ("one", "Short."))], allow_private=True).added == 1
    assert site.asked == ["/robots.txt", "/feed", "/two"]
    site.put("/one", page("One", f"{WORDS} So says one, corrected."))
    assert add(opened.builder, [listing(("two", "Short."), ("one", "Corrected."))], allow_private=True).updated == 1
    opened.builder.remove([f"{site.url}/one"])
    assert add(opened.builder, [f"{site.url}/feed"], allow_private=True).added == 1


def test_an_entry_that_cannot_be_had_now_is_asked_for_again_although_the_feed_is_unchanged(
    opened: OpenIndex, site: Site
) -> None:
    items = "".join(f"<item><title>{n}</title><link>{site.url}/{n}</link></item>" for n in ("busy", "gone"))
    body = f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>"
    feed = site.put("/feed", body, "text/xml", ETag='"f"')
    site.pages["/busy"] = (503, {"Retry-After": "100"}, b"")
    fetcher = Fetcher(Manners(allow_private=True, between=0, tries=1))
    first = add(opened.builder, [feed], fetcher=fetcher)
    fetcher.close()
    assert (first.added, len(first.skipped)) == (0, 2)
    site.put("/busy", page("Busy"))
    site.asked.clear()
    assert add(opened.builder, [feed], allow_private=True).added == 1
    assert site.asked == ["/robots.txt", "/feed", "/busy"]  # what is gone is gone
    site.asked.clear()
    add(opened.builder, [feed], allow_private=True)
    assert site.asked == ["/robots.txt", "/feed"]


def test_a_news_sitemap_says_what_its_pages_do_not_and_lists_by_date(opened: OpenIndex, site: Site) -> None:
    names = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    )
    news = (
        "<news:news><news:publication><news:name>The Wearside Post</news:name><news:language>en</news:language>"
        "</news:publication><news:publication_date>2024-03-15T10:00:00Z</news:publication_date>"
        "<news:title>A</news:title></news:news>"
    )
    site.put("/a", page("Page a", f"{WORDS} On a."))
    places = f"<url><loc>{site.url}/a</loc><lastmod>2024-03-16</lastmod>{news}</url>"
    sitemap = site.put("/news.xml", f"<urlset {names}>{places}</urlset>", "text/xml")
    report = add(opened.builder, [sitemap], allow_private=True)
    (found,) = articles(opened)
    assert (found.title, found.source, found.published) == ("Page a", "The Wearside Post", date(2024, 3, 15))
    assert [(look.url, look.kind) for look in report.looks] == [(sitemap, "sitemap")]
    site.asked.clear()
    add(opened.builder, [sitemap], allow_private=True)
    assert site.asked == ["/robots.txt", "/news.xml"]
    site.put("/news.xml", f"<urlset {names}>{places.replace('-16', '-17')}</urlset>", "text/xml")
    add(opened.builder, [sitemap], allow_private=True)
    assert site.asked[2:] == ["/robots.txt", "/news.xml", "/a"]


INSIDE = [
    "http://127.0.0.1:{port}/in", "http://0x7f.1:{port}/in", "http://2130706433:{port}/in", "http://0:{port}/in",
    "http://[::ffff:127.0.0.1]:{port}/in", "http://[::1]:{port}/in", "http://localhost:{port}/in",
    "http://10.0.0.7:{port}/in", "http://169.254.169.254/latest/meta-data", "http://metadata.example:{port}/in",
    "http://inside.example:{port}/in", "http://open.example@127.0.0.1:{port}/in", "http://224.0.0.1:{port}/in",
    "http://open.example:{port}/redirects-inside", "http://rebinds.example:{port}/in", "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/in", "http://127.0.0.1.:{port}/in", "http://localhost.:{port}/in",
    "http://[fe80::1%25lo]:{port}/in", "http://0177.0.0.1:{port}/in",
]  # fmt: skip


@pytest.mark.parametrize("kind", ["feed", "sitemap", "alone", "redirects"])
def test_no_url_of_a_feed_a_sitemap_or_a_redirect_leads_inside(opened: OpenIndex, site: Site, kind: str) -> None:
    """The address 127.0.0.2 plays the open internet; everything else is told by the real rules."""
    looked_up: list[str] = []

    def find(host: str, port: int) -> list[str]:
        looked_up.append(host)
        if host == "rebinds.example":  # open when it is asked for robots.txt, inside a moment later
            return ["127.0.0.2" if looked_up.count(host) == 1 else "127.0.0.1"]
        names = {
            "open.example": "127.0.0.2",
            "inside.example": "192.168.0.9",
            "metadata.example": "169.254.169.254",
        }
        return [names[host]] if host in names else resolve(host, port)

    port = site.url.rpartition(":")[2]
    with socket.create_server(("127.0.0.2", int(port))) as outside, serving(outside) as internet:
        internet.put("/robots.txt", "", Connection="close")
        internet.pages["/redirects-inside"] = (302, {"Location": f"http://127.0.0.1:{port}/in"}, b"")
        internet.put("/open", page("Open"))
        site.put("/in", page("Secret"))
        urls = [each.format(port=port) for each in [*INSIDE, "http://open.example:{port}/open"]]
        items = "".join(f"<item><title>T</title><link>{url}</link></item>" for url in urls)
        internet.put("/feed", f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>", "text/xml")
        places = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
        internet.put("/sitemap", f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>')
        for number, url in enumerate(urls):
            internet.pages[f"/to/{number}"] = (302, {"Location": url, "Connection": "close"}, b"")
        if kind == "redirects":
            urls = [f"http://open.example:{port}/to/{number}" for number in range(len(urls))]
        urls = [url for url in urls if kind not in ("alone", "redirects") or url.startswith("http")]
        asked = urls if kind in ("alone", "redirects") else [f"http://open.example:{port}/{kind}"]
        fetcher = Fetcher(
            Manners(between=0, tries=1, first_wait=0), find, is_open=lambda a: a == "127.0.0.2" or is_public(a)
        )
        report = add(opened.builder, asked, fetcher=fetcher)
        fetcher.close()
    assert [found.title for found in articles(opened)] == ["Open"]
    assert {error.source for error in report.skipped} >= {
        url for url in urls[:-1] if url.startswith("http") and "@" not in url
    }
    assert site.asked == []


def test_every_kind_of_source_is_told_apart_in_one_run(
    opened: OpenIndex, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.txt").write_text("In a folder\n\nIt lies in a folder.")
    (tmp_path / "b.md").write_text("# In a file\n\nIt lies in a file.")
    piped = io.TextIOWrapper(io.BytesIO(b"Through a pipe\n\nIt came through a pipe."))
    monkeypatch.setattr(sys, "stdin", piped)
    item = (
        "<item><title>In a feed</title><guid isPermaLink='false'>1</guid>"
        "<description>It stands in a feed.</description></item>"
    )
    feed = site.put("/feed", f"<rss version='2.0'><channel><title>F</title>{item}</channel></rss>", "text/xml")
    listed = site.put("/listed", page("In a sitemap"))
    sitemap = site.put(
        "/sitemap.xml",
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{listed}</loc></url></urlset>',
        "text/xml",
    )
    sources: list[Path | str] = [
        tmp_path / "folder",
        tmp_path / "b.md",
        "-",
        site.put("/page", page("On a page")),
        feed,
        sitemap,
    ]
    report = add(opened.builder, sources, allow_private=True)
    assert report.skipped == ()
    assert sorted(found.title for found in articles(opened)) == [
        "In a feed", "In a file", "In a folder", "In a sitemap", "On a page", "Through a pipe",
    ]  # fmt: skip
    again = add(opened.builder, [tmp_path / "folder", tmp_path / "b.md", feed], allow_private=True)
    assert (again.added, again.updated) == (0, 0)
