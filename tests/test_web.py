"""The web app over real HTTP: what it answers, and whom it turns away."""

from __future__ import annotations

import asyncio
import base64
import re
import socket
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from gradio_client import Client

from bot.bot import Bot
from bot.guard import Message, Receive, Scope, Send, check_binding
from bot.login import TRIES, WAIT, Login
from bot.opening import Opening
from bot.settings import Settings
from bot.web import create_app, listen, serve
from index import Article, SettingError
from tests.small_encoder import SmallEncoder
from tests.web_server import serving

LEAF = "The LEAF is built in Sunderland by the people of Wearside."
TEXT = f"The plant opened in 1986.\n\n{LEAF} It has been sold since 2013.\n\nThe Qashqai keeps the plant busy."
HOSTILE = "<script>alert(1)</script>"
ASKED = {"question": "Where is the LEAF built?"}


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    with Bot.open(tmp_path_factory.mktemp("web") / "small.index", encoder=SmallEncoder()) as bot:
        bot.put(
            Article("LEAF & plant", TEXT, "Courier", "Hannah Robson", published=date(2024, 3, 20), origin="a"),
            Article(HOSTILE, f"Honda plans a line. {HOSTILE}", HOSTILE, origin="b"),
        )
        yield bot


@pytest.fixture(scope="module")
def site(bot: Bot) -> Iterator[str]:
    with serving(create_app(Settings(), bot)) as address:
        yield address


@pytest.fixture
def article_id(bot: Bot) -> str:
    return bot.articles(query="Courier")[0].id


def test_a_question_is_answered_with_the_exact_words(site: str, article_id: str) -> None:
    answer = httpx.post(f"{site}/v1/ask", json=ASKED).json()
    assert answer["question"] == "Where is the LEAF built?"
    shown = answer["quotes"][0] if answer["answered"] else answer["nearest"]
    assert shown["article"]["id"] == article_id
    assert TEXT[shown["start"] : shown["end"]] == shown["text"]
    assert LEAF in shown["text"]
    assert shown["link"] == f"/articles/{article_id}?start={shown['start']}&end={shown['end']}#quote"


def test_filters_and_history_are_taken_from_the_body(site: str) -> None:
    body = {**ASKED, "sources": ["Nobody"], "history": ["Who?", {"question": "Where?", "quoted": LEAF}], "k": 1}
    answer = httpx.post(f"{site}/v1/ask", json=body).json()
    assert answer["answered"] is False
    assert answer["filters"]["sources"] == ["Nobody"]
    assert answer["notes"] == ["No article passes these filters; this is the nearest passage among the others."]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"question": ""}, "question: String should have at least 1 character"),
        ({"question": "   "}, "the question is empty"),
        ({"question": "x" * 2_001}, "question: String should have at most 2000 characters"),
        ({"question": "x", "k": 0}, "k: Input should be greater than or equal to 1"),
        ({"question": "x", "colour": "red"}, "colour: Extra inputs are not permitted"),
        ({"question": "x", "after": "soon"}, "after: Input should be a valid date"),
    ],
)
def test_what_cannot_be_asked_is_said_in_words(site: str, body: dict[str, object], words: str) -> None:
    response = httpx.post(f"{site}/v1/ask", json=body)
    assert response.status_code == 422
    assert response.json()["error"].startswith(words)


def test_articles_are_listed_newest_first_and_read_whole(site: str, article_id: str) -> None:
    listed = httpx.get(f"{site}/v1/articles").json()
    assert listed["total"] == 2
    assert [each["title"] for each in listed["articles"]] == ["LEAF & plant", HOSTILE]
    whole = httpx.get(f"{site}/v1/articles/{article_id}").json()
    assert (whole["text"], whole["published"]) == (TEXT, "2024-03-20")
    assert httpx.get(f"{site}/v1/articles?query=courier").json()["articles"][0]["id"] == article_id
    missing = httpx.get(f"{site}/v1/articles/none")
    assert (missing.status_code, list(missing.json())) == (404, ["error"])


def test_the_article_page_marks_the_words(site: str, article_id: str) -> None:
    start = TEXT.index(LEAF)
    page = httpx.get(f"{site}/articles/{article_id}?start={start}&end={start + len(LEAF)}&also=0-25")
    marks = re.findall(r"<mark([^>]*)>(.*?)</mark>", page.text)
    assert marks == [(' class="faint"', "The plant opened in 1986&#46;"), (" id=quote", LEAF.replace(".", "&#46;"))]
    assert "script" not in page.headers["content-security-policy"]
    assert httpx.get(f"{site}/articles/{article_id}?start=x&end=%00").status_code == 200
    assert httpx.get(f"{site}/articles/none").status_code == 404


def test_the_library_lists_and_searches_without_a_script(site: str) -> None:
    page = httpx.get(f"{site}/library")
    assert "LEAF &#38; plant" in page.text
    assert HOSTILE not in page.text
    assert "2 articles" in page.text
    assert "LEAF" not in httpx.get(f"{site}/library?query=zebra").text


def test_health_tells_what_there_is(site: str) -> None:
    assert httpx.get(f"{site}/health").json() == {
        "status": "ready",
        "articles": 2,
        "passages": 2,
        "generation": 1,
        "watched": 0,
        "failing": 0,
    }


def test_the_interface_is_described_for_people_and_tools_without_another_server(site: str) -> None:
    assert set(httpx.get(f"{site}/openapi.json").json()["paths"]) == {
        "/v1/ask", "/v1/articles", "/v1/articles/{article_id}", "/v1/articles/{article_id}/versions", "/health",
        "/v1/feedback", "/v1/conversation",
    }  # fmt: skip
    page = httpx.get(f"{site}/docs").text
    assert "POST &#47;v1&#47;ask" in page
    assert "//" not in page.replace("http&#58;&#47;&#47;", "")


def test_gradios_own_client_gets_clean_json_and_sees_one_function(site: str) -> None:
    client = Client(site, verbose=False)
    described = client.view_api(return_format="dict")
    assert (list(described["named_endpoints"]), described["unnamed_endpoints"]) == (["/ask"], {})
    answer = client.predict(question="Where is the LEAF built?", k=1, api_name="/ask")
    assert answer["question"] == "Where is the LEAF built?"
    assert len(answer["quotes"]) <= 1
    literal = client.predict(question="LEAF since 2024-01-01", sort="oldest", interpret=False, api_name="/ask")
    assert (literal["sort"], literal["interpreted"], literal["filters"]["after"]) == ("oldest", False, None)
    client.close()


def test_order_and_interpretation_are_taken_from_the_body(site: str) -> None:
    body = {"question": "Where is the LEAF built, articles since March 2024?", "sort": "newest"}
    read = httpx.post(f"{site}/v1/ask", json=body).json()
    assert (read["sort"], read["interpreted"], read["filters"]["after"]) == ("newest", True, "2024-03-01")
    literal = httpx.post(f"{site}/v1/ask", json={**body, "interpret": False}).json()
    assert (literal["interpreted"], literal["filters"]["after"], literal["read_as"]) == (False, None, "")
    assert httpx.post(f"{site}/v1/ask", json={**body, "sort": "loudest"}).status_code == 422


def test_the_ways_on_from_a_quote_are_pages_without_script(site: str, article_id: str) -> None:
    place = f"{site}/articles/{article_id}"
    why = httpx.get(f"{place}/why", params={"q": "Where is the LEAF <b>built</b>?", "start": 0, "end": 40})
    assert (why.status_code, "script" in why.text.lower(), "<b>" in why.text) == (200, False, False)
    assert "What each word of the question contributed" in why.text
    for way in ("more", "like"):
        found = httpx.get(f"{place}/{way}", params={"q": "Where is the LEAF built?", "start": 0, "end": 40})
        assert (found.status_code, found.headers["content-security-policy"][:18]) == (200, "default-src 'none'")
    beyond = httpx.get(f"{place}/why", params={"q": "LEAF", "start": 90_000, "end": 90_001})
    assert (beyond.status_code, "There are no words at 90000 to 90001" in beyond.text) == (404, True)
    assert httpx.get(f"{site}/articles/none/like", params={"start": 0, "end": 5}).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:7860"}, 200),
        ({"Host": "192.168.1.5:7860"}, 200),
        ({"Host": "[::1]:7860"}, 200),
        ({"Host": "evil.example"}, 400),
        ({"Host": "localhost.evil.example"}, 400),
        ({"Host": ""}, 400),
        ({"Host": "localhost:7860", "Origin": "http://localhost:7860"}, 200),
        ({"Host": "localhost:7860", "Origin": "http://localhost:8000"}, 403),
        ({"Host": "localhost:7860", "Origin": "https://evil.example"}, 403),
        ({"Host": "localhost:7860", "Origin": "null"}, 403),
    ],
)
def test_only_own_hosts_and_own_pages_are_answered(site: str, headers: dict[str, str], status: int) -> None:
    assert httpx.get(f"{site}/health", headers=headers).status_code == status


def test_a_listed_host_is_answered(bot: Bot) -> None:
    with serving(create_app(Settings(hosts=("articles.example",)), bot)) as site:
        own = {"Host": "articles.example", "Origin": "https://articles.example"}
        assert httpx.get(f"{site}/health", headers=own).status_code == 200


def test_a_large_body_is_refused_before_it_is_read(site: str) -> None:
    announced = httpx.post(f"{site}/v1/ask", content=b"x" * 70_000)
    streamed = httpx.post(f"{site}/v1/ask", content=iter([b"x" * 40_000, b"x" * 40_000]))
    for response in (announced, streamed):
        assert response.status_code == 413
        assert response.json() == {"error": "The request is larger than the 65,536 bytes accepted here."}
    chat = httpx.post(f"{site}/gradio_api/queue/join", content=b"x" * 5_000_000)
    assert chat.status_code == 413


@pytest.mark.parametrize(
    "path", ["upload", "upload?upload_id=1", "upload_progress", "proxy=http://x/", "vibe-edit/"]
)
def test_gradios_open_doors_are_closed(site: str, path: str) -> None:
    assert httpx.post(f"{site}/gradio_api/{path}", files={"files": b"x"}).status_code == 404


def test_every_answer_carries_the_security_headers(site: str) -> None:
    for path in ("/", "/health", "/v1/none", "/library"):
        headers = httpx.get(f"{site}{path}").headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe-eval" not in headers["content-security-policy"]


def test_slack_has_no_address_where_it_is_not_set_up(site: str) -> None:
    assert httpx.post(f"{site}/slack/events", content=b"{}").status_code == 404


def test_a_login_covers_everything_but_health(bot: Bot) -> None:
    with serving(create_app(Settings(auth="ada:count:ess"), bot)) as site:
        assert httpx.get(f"{site}/health").status_code == 200
        for path in (
            "/",
            "/v1/articles",
            "/library",
            "/docs",
            "/style/page.css",
            "/gradio_api/info",
            "/openapi.json",
        ):
            refused = httpx.get(f"{site}{path}")
            assert refused.status_code == 401, path
            assert refused.headers["www-authenticate"].startswith("Basic ")
        assert httpx.get(f"{site}/v1/articles", auth=("ada", "count:ess")).status_code == 200
        tries = [httpx.get(f"{site}/", auth=("ada", "wrong")).status_code for _ in range(TRIES + 1)]
        assert tries == [401] * TRIES + [429]
        late = httpx.get(f"{site}/", auth=("ada", "count:ess"))
        assert late.status_code == 429
        assert 0 < int(late.headers["retry-after"]) <= WAIT + 1


def test_after_the_wait_the_right_login_is_let_in() -> None:
    now = [0.0]
    passed: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append("in")

    login = Login(app, "a:b", clock=lambda: now[0])

    def knock(word: str) -> int:
        statuses = [200]

        async def send(message: Message) -> None:
            statuses.append(message.get("status", statuses[-1]))

        async def receive() -> Message:
            return {}

        basic = b"Basic " + base64.b64encode(f"a:{word}".encode())
        scope = {"type": "http", "path": "/", "client": ("1.2.3.4", 1), "headers": [(b"authorization", basic)]}
        asyncio.run(login(scope, receive, send))
        return statuses[-1]

    assert [knock("x") for _ in range(TRIES)] == [401] * TRIES
    now[0] = WAIT - 1
    assert knock("b") == 429
    now[0] = WAIT + 1
    assert knock("b") == 200
    assert passed == ["in"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "articles.example"])
def test_it_does_not_open_to_a_network_without_a_login(host: str) -> None:
    with pytest.raises(SettingError, match="nobody would have to log in"):
        check_binding(Settings(host=host))
    check_binding(Settings(host=host, insecure=True))
    check_binding(Settings(host=host, auth="a:b"))


@pytest.mark.parametrize("auth", ["a", "a:", ":b"])
def test_a_login_needs_a_name_and_a_password(auth: str) -> None:
    with pytest.raises(SettingError, match="name:password"):
        check_binding(Settings(auth=auth))


def test_it_listens_while_the_index_is_still_being_opened(bot: Bot) -> None:
    gate = threading.Event()

    def open_bot() -> Bot:
        gate.wait(20)
        return bot

    opening = Opening(open_bot)
    with serving(create_app(Settings(), opening)) as site:
        health = httpx.get(f"{site}/health")
        assert (health.status_code, health.headers["retry-after"]) == (503, "2")
        assert httpx.post(f"{site}/v1/ask", json=ASKED).status_code == 503
        assert "One moment" in httpx.get(f"{site}/articles/x").text
        assert httpx.get(f"{site}/").status_code == 200
        gate.set()
        while httpx.get(f"{site}/health").status_code == 503:
            pass
        assert httpx.post(f"{site}/v1/ask", json=ASKED).status_code == 200
        opening._bot = None  # the bot is this module's and stays open


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingError, match=f"cannot listen on 127.0.0.1 port {port}"):
            serve(Settings(index=tmp_path / "x.index", port=port))


def test_the_body_of_an_answer_does_not_wait_for_its_head_to_be_confirmed(tmp_path: Path) -> None:
    at_once: list[bool] = []

    class Told(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            accepted = transport.get_extra_info("socket")
            at_once.append(bool(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
            transport.close()

    async def connect() -> None:
        with listen(Settings(index=tmp_path / "x.index", port=0)) as listener:
            async with await asyncio.get_running_loop().create_server(Told, sock=listener):
                reader, writer = await asyncio.open_connection(*listener.getsockname())
                await reader.read()
                writer.close()

    asyncio.run(connect())
    assert at_once == [True]
