"""Articles coming and going over HTTP: files, addresses and texts, from people who may mean well or not."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from filelock import FileLock

from bot.bot import Bot
from bot.bringing import WAITING, Bringing, BusyError
from bot.brought import Brought, Step
from bot.render.escape import text_of_html
from bot.sent import Text, safe_name
from bot.settings import Settings
from bot.web import create_app
from index import Article
from tests.site import Site
from tests.site import serving as serving_pages
from tests.small_encoder import SmallEncoder
from tests.web_server import serving

PLANT = b"The plant\n\nThe plant opened in 1986. The LEAF is built in Sunderland."


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    with Bot.open(tmp_path / "small.index", encoder=SmallEncoder()) as bot:
        yield bot


@pytest.fixture
def site(bot: Bot) -> Iterator[str]:
    with serving(create_app(Settings(upload_limit=1), bot)) as address:
        yield address


def send(site: str, *files: tuple[str, bytes], **fields: str) -> list[dict[str, object]]:
    answer = httpx.post(
        f"{site}/v1/articles", files=[("files", each) for each in files] or None, data=fields, timeout=60
    )
    assert answer.status_code == 200, answer.text
    brought: list[dict[str, object]] = answer.json()["brought"]
    return brought


def test_a_file_is_added_then_unchanged_then_updated(site: str, bot: Bot) -> None:
    (first,) = send(site, ("plant.txt", PLANT))
    assert (first["name"], first["outcome"], first["notes"]) == ("plant.txt", "added", [])
    (article,) = first["articles"]  # type: ignore[misc]
    assert bot.article(article["id"]).origin == "upload:plant.txt"  # type: ignore[has-type]
    assert send(site, ("plant.txt", PLANT))[0]["outcome"] == "unchanged"
    (changed,) = send(site, ("plant.txt", PLANT + b" It closed."))
    assert changed["outcome"] == "updated"
    assert changed["articles"] == [{**article, "outcome": "updated", "version": 2}]  # type: ignore[has-type]
    assert [each.version for each in bot.history(article["id"])] == [1, 2]  # type: ignore[has-type]


def test_earlier_versions_are_read_and_what_changed_is_told(site: str) -> None:
    send(site, ("plant.txt", PLANT))
    (told,) = send(site, ("plant.txt", PLANT.replace(b"1986", b"1987") + b" It closed."))
    path = f"{site}/v1/articles/{told['articles'][0]['id']}"  # type: ignore[index]
    first, second = httpx.get(f"{path}/versions").json()["versions"]
    assert (first["version"], first["changes"]) == (1, [])
    assert second["changes"] == [
        {"kind": "removed", "text": "The plant opened in 1986."},
        {"kind": "added", "text": "The plant opened in 1987."},
        {"kind": "added", "text": "It closed."},
    ]
    assert "1986" in httpx.get(f"{path}?version=1").json()["text"]
    assert "1987" in httpx.get(f"{path}?version=2").json()["text"]
    assert httpx.get(f"{path}?version=3").status_code == 404
    assert httpx.get(f"{path}?version=0").status_code == 422
    assert httpx.get(f"{site}/v1/articles/none/versions").status_code == 404


def test_a_broken_file_is_skipped_and_the_others_are_in(site: str, bot: Bot) -> None:
    told = send(
        site, ("good.txt", PLANT), ("broken.pdf", b"%PDF-1.4 nothing"), ("page.html", b"<p>x"), ("a.exe", b"x")
    )
    assert [each["outcome"] for each in told] == ["added", "skipped", told[2]["outcome"], "skipped"]
    assert str(told[1]["notes"]).strip("[]'\"")
    assert ".exe is not read" in str(told[3]["notes"])
    assert tempfile.gettempdir() not in json.dumps(told)
    assert bot.article_count == sum(each["outcome"] == "added" for each in told)


def test_every_article_of_a_file_is_told_of(site: str) -> None:
    rows = [{"title": "A", "text": "One."}, {"title": "B", "text": "Two."}, {"title": "C", "text": ""}]
    (told,) = send(site, ("some.jsonl", "\n".join(map(json.dumps, rows)).encode()))
    assert told["counts"] == {"added": 2, "skipped": 1}
    assert [each["title"] for each in told["articles"]] == ["A", "B"]  # type: ignore[attr-defined]
    assert str(told["notes"]).count("line 3") == 1


def test_nothing_of_a_file_stays_behind_and_nobody_else_may_look(site: str) -> None:
    before = set(Path(tempfile.gettempdir()).glob("pullquote-*"))
    send(site, ("../../etc/passwd.txt", PLANT), ("plant.txt", PLANT + b" More."), ("plant.txt", b"Other words."))
    assert set(Path(tempfile.gettempdir()).glob("pullquote-*")) == before


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\notes.txt", "notes.txt"),
        ("  .hidden.md ", "hidden.md"),
        ("a\x00b\u202etxt.md", "abtxt.md"),
        ("..", "file"),
        ("é" * 300 + ".txt", "é" * 98 + ".txt"),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_name_leads_nowhere(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_a_text_is_an_article_under_its_title(site: str, bot: Bot) -> None:
    said = {"text": "The bridge opened.", "title": "Bridge", "source": "Courier", "published": "2024-03-20"}
    (told,) = send(site, **said)
    assert told["outcome"] == "added"
    (kept,) = bot.articles()
    assert (kept.title, kept.source, str(kept.published)) == ("Bridge", "Courier", "2024-03-20")
    (again,) = send(site, **{**said, "text": "The bridge opened. It fell.", "published": "soon"})
    assert again["outcome"] == "updated"
    assert "published 'soon' is left out" in str(again["notes"])
    send(site, text="Ships come\nand go.")
    assert bot.articles(sort="title")[1].title == "Ships come"


def test_articles_are_posted_as_json_one_or_several(site: str) -> None:
    one = httpx.post(
        f"{site}/v1/articles", json={"title": "A", "text": "One.", "url": "https://a.example/1"}
    ).json()
    assert [each["outcome"] for each in one["brought"]] == ["added"]
    more = [{"title": "A", "text": "One more.", "url": "https://a.example/1"}, {"title": "B", "text": "Two."}]
    both = httpx.post(f"{site}/v1/articles", json=more).json()
    assert [each["outcome"] for each in both["brought"]] == ["updated", "added"]
    for body, status in (([], 422), ({"title": "A"}, 422), ({"text": "x", "colour": "red"}, 422), ("x", 422)):
        refused = httpx.post(f"{site}/v1/articles", json=body)
        assert (refused.status_code, list(refused.json())) == (status, ["error"])
    assert httpx.post(f"{site}/v1/articles", data={"title": "x"}, files={"no": b""}).status_code == 422


def test_the_way_can_be_followed_line_by_line(site: str) -> None:
    answer = httpx.post(
        f"{site}/v1/articles",
        files=[("files", ("plant.txt", PLANT)), ("files", ("b.txt", b"Two."))],
        headers={"Accept": "application/x-ndjson"},
        timeout=60,
    )
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["name"] for line in lines if "outcome" in line] == ["plant.txt", "b.txt"]
    steps = [line for line in lines if "outcome" not in line]
    assert steps[-1] == {**steps[-1], "done": 2, "of": 2, "passages": 2, "seconds_left": 0.0}


def test_an_address_inside_is_refused_and_a_path_is_no_address(site: str, bot: Bot, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("The secret is out.")
    for url in ("http://127.0.0.1:9999/x", "http://[::1]:9999/", f"file://{secret}", str(secret)):
        (told,) = send(site, urls=url)
        assert told["outcome"] == "skipped", told
        assert told["notes"]
    assert "no public address" in str(send(site, urls="http://127.0.0.1:9999/x")[0]["notes"])
    assert bot.article_count == 0


def test_an_address_inside_is_fetched_where_that_is_meant(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.intake.BETWEEN", 0.0)
    with serving_pages() as pages, serving(create_app(Settings(allow_private=True), bot)) as site:
        url = _page(pages)
        (told,) = send(site, urls=url)
        assert (told["outcome"], told["name"]) == ("added", url)
        assert httpx.post(f"{site}/v1/articles", json={"url": url}).json()["brought"][0]["outcome"] == "unchanged"


def _page(pages: Site) -> str:
    words = "<p>The LEAF is built in Sunderland, and has been for more than ten years by now.</p>" * 3
    return pages.put("/plant.html", f"<html><body><article><h1>The plant</h1>{words}</article></body></html>")


def test_articles_are_removed_by_their_id_alone(site: str, bot: Bot) -> None:
    (told,) = send(site, ("plant.txt", PLANT))
    article_id = told["articles"][0]["id"]  # type: ignore[index]
    for name in ("%2F", "upload:plant.txt", "none"):
        assert httpx.delete(f"{site}/v1/articles/{name}").status_code in (404, 405)
    assert bot.article_count == 1
    assert httpx.delete(f"{site}/v1/articles/{article_id}").json() == {"removed": 1}
    assert httpx.delete(f"{site}/v1/articles/{article_id}").status_code == 404
    assert bot.article_count == 0


def test_where_it_is_read_only_nothing_comes_and_nothing_goes(bot: Bot) -> None:
    bot.put(*[])
    with serving(create_app(Settings(read_only=True), bot)) as site:
        for answer in (
            httpx.post(f"{site}/v1/articles", json={"text": "One."}),
            httpx.post(f"{site}/v1/articles", files={"files": ("a.txt", b"One.")}),
            httpx.delete(f"{site}/v1/articles/x"),
            httpx.post(f"{site}/library/remove", data={"id": "x"}),
        ):
            assert answer.status_code == 403
            assert answer.json()["error"].startswith("This server is read-only")
        assert 'id="pq-bring"' not in httpx.get(f"{site}/").text
    assert bot.article_count == 0


def test_pages_of_others_cannot_write(site: str, bot: Bot) -> None:
    foreign = {"Origin": "https://evil.example"}
    assert httpx.post(f"{site}/v1/articles", json={"text": "x"}, headers=foreign).status_code == 403
    assert httpx.post(f"{site}/library/remove", data={"id": "x"}, headers=foreign).status_code == 403
    assert httpx.delete(f"{site}/v1/articles/x", headers={"Origin": "null"}).status_code == 403
    assert bot.article_count == 0


def test_more_than_the_server_takes_is_refused(site: str) -> None:
    large = httpx.post(f"{site}/v1/articles", files={"files": ("a.txt", b"x" * 1_100_000)})
    assert (large.status_code, large.json()["error"][:30]) == (413, "The request is larger than the")
    for path in ("/v1/ask", "/library/remove"):
        assert httpx.post(f"{site}{path}", content=b"x" * 70_000).status_code == 413


def test_another_process_that_writes_is_named_and_its_folder_is_not(site: str, bot: Bot, tmp_path: Path) -> None:
    (told,) = send(site, ("plant.txt", PLANT))
    with FileLock(tmp_path / "small.index" / "write.lock"):
        busy = httpx.post(f"{site}/v1/articles", json={"text": "One."})
        gone = httpx.delete(f"{site}/v1/articles/{told['articles'][0]['id']}")  # type: ignore[index]
    for answer in (busy, gone):
        assert answer.status_code == 409
        assert answer.json() == {
            "error": "The index is busy: another process is writing to it. Wait until it has finished, then try again."
        }


def test_people_take_turns_and_a_crowd_is_turned_away(bot: Bot) -> None:
    bringing = Bringing(lambda: bot)
    heard: list[Step | Brought] = []
    first, gate = threading.Event(), threading.Event()

    def slow(said: Step | Brought) -> None:
        first.set()
        gate.wait(20)

    threads = [threading.Thread(target=bringing.bring, args=([Text("One.", {})], slow))]
    threads[0].start()
    assert first.wait(20)
    threads += [
        threading.Thread(target=bringing.bring, args=([Text("Two.", {})], heard.append)) for _ in range(WAITING)
    ]
    for thread in threads[1:]:
        thread.start()
    while len(heard) < WAITING:
        threading.Event().wait(0.01)
    assert all(isinstance(each, Step) and each.is_waiting for each in heard)
    with pytest.raises(BusyError, match="Too many people"):
        bringing.bring([Text("Three.", {})])
    gate.set()
    for thread in threads:
        thread.join()
    assert bot.article_count == 2


def test_the_library_is_searched_sorted_and_leafed_through(site: str, bot: Bot) -> None:
    bot.put(*[Article(f"Title {n:02}", f"Words {n}.", "Courier", origin=str(n)) for n in range(60)])
    page = httpx.get(f"{site}/library?query=title&sort=title").text
    assert page.index("Title 00") < page.index("Title 49")
    assert "Title 50" not in page
    assert "60 of 60 articles" in page
    further = text_of_html(page.split("Further down")[0].rsplit('href="', 1)[1].split('"')[0])
    assert further == "/library?query=title&sort=title&offset=50"
    assert "Title 50" in httpx.get(f"{site}{further}").text
    assert httpx.get(f"{site}/library?sort=colour").status_code == 422


def test_articles_are_taken_out_in_the_library_once_that_is_confirmed(site: str, bot: Bot) -> None:
    bot.put(*[Article(f"Title {n}", f"Words {n}.", origin=str(n)) for n in range(3)])
    ids = [each.id for each in bot.articles(sort="title")][:2]
    asked = httpx.post(f"{site}/library/remove", data={"id": ids, "query": "Tit", "sort": "title", "offset": "0"})
    assert "Remove 2 articles?" in text_of_html(asked.text)
    assert bot.article_count == 3
    done = httpx.post(f"{site}/library/remove", data={"id": ids, "query": "Tit", "sort": "title", "sure": "yes"})
    assert (done.status_code, done.headers["location"]) == (
        303,
        "/library?query=Tit&sort=title&offset=0&removed=2",
    )
    assert "2 articles removed." in httpx.get(f"{site}{done.headers['location']}").text
    assert [each.title for each in bot.articles()] == ["Title 2"]
    assert httpx.post(f"{site}/library/remove", data={"id": ids, "sure": "yes"}).status_code == 404
    assert httpx.post(f"{site}/library/remove").headers["location"].endswith("removed=0")


def test_a_read_only_library_offers_nothing_to_take_out(bot: Bot) -> None:
    bot.put(Article("Title", "Words.", origin="a"))
    with serving(create_app(Settings(read_only=True), bot)) as site:
        page = httpx.get(f"{site}/library").text
        assert "Title" in page
        assert "checkbox" not in page
        assert 'method="post"' not in page
        assert "pq-bring" not in httpx.get(f"{site}/config").text


def test_the_article_page_tells_of_versions_and_what_changed_without_a_script(site: str, bot: Bot) -> None:
    hostile = "It <i>fell</i>."
    send(site, ("plant.txt", PLANT))
    (told,) = send(site, ("plant.txt", PLANT + f" {hostile}".encode()))
    path = f"{site}/articles/{told['articles'][0]['id']}"  # type: ignore[index]
    assert "what changed in version 2" in httpx.get(path).text
    first = httpx.get(f"{path}?version=1").text
    assert "This is version 1." in first
    assert "fell" not in first
    changed = httpx.get(f"{path}/changes?version=2")
    assert "1 sentence added, 0 sentences removed" in changed.text
    assert "<b>Added</b><ins>" in changed.text
    assert hostile in text_of_html(changed.text)
    assert hostile not in changed.text
    assert "script" not in changed.headers["content-security-policy"]
    assert httpx.get(f"{path}/changes?version=9").status_code == 404


def test_the_pages_of_an_article_are_numbered(bot: Bot, site: str) -> None:
    text = "One is here.\n\nTwo is there.\n\nThree is gone."
    bot.put(Article("Paged", text, origin="p.pdf", pages=((0, 3), (14, 4))))
    (kept,) = bot.articles()
    page = httpx.get(f"{site}/articles/{kept.id}?start=14&end=27").text
    assert [part[:4] for part in page.split('<div class="leaf">')[1:]] == ["p. 3", "p. 4"]
    assert "To the quoted words, p. 4" in page
