"""What several test files share: an index in a folder of its own, and the real model, loaded once."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import Article, Encoder, OpenIndex, load_encoder, open_index
from tests.postgres import Postgres
from tests.slack_server import SlackServer
from tests.small_encoder import SmallEncoder

ARTICLES = Path(__file__).parent.parent / "docs" / "articles"

# A shell that starts the tests in the background has them ignore Ctrl-C, and programs that they start would as well.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def encoder() -> SmallEncoder:
    return SmallEncoder()


@pytest.fixture
def opened(tmp_path: Path, encoder: SmallEncoder) -> Iterator[OpenIndex]:
    """An empty index."""
    index = open_index(tmp_path / "small.index", encoder=encoder)
    yield index
    index.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server."""
    server = Postgres()
    yield server
    server.close()


@pytest.fixture(scope="session")
def real_encoder() -> Encoder:
    """all-MiniLM-L6-v2."""
    return load_encoder()


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a file below a folder of articles and gives its path."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / "articles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """A server that plays Slack; at the end it must have been sent nothing that Slack would refuse."""
    server = SlackServer()
    yield server
    server.close()
    assert server.wrong == []


def article(text: str, origin: str = "/a.txt", title: str = "A title", **said: str) -> Article:
    """An article that was read from `origin`."""
    return Article(title, text, origin=origin, source=said.get("source", ""), author=said.get("author", ""))
