"""The catalogue in PostgreSQL: what is true of an index folder is true of it, for any number of machines at once."""

from __future__ import annotations

import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from socket import AF_INET6, AF_UNIX
from threading import Thread, Timer

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from bot import Bot
from index import Article, IndexBusyError, IndexMissingError, ServerAwayError, SettingError, open_index, verify
from index.catalogue import Catalogue
from index.database import database_url, shown
from index.opened import OpenIndex
from index.silence import Server
from tests.conftest import article
from tests.postgres import PASSWORD, Postgres
from tests.small_encoder import SmallEncoder
from tests.test_database import EVERY


@pytest.fixture
def database(postgres: Postgres) -> str:
    return postgres.new_database()


@pytest.fixture
def here(database: str, tmp_path: Path) -> Iterator[OpenIndex]:
    index = open_index(tmp_path / "here", encoder=SmallEncoder(), database=database)
    yield index
    index.close()


@pytest.fixture
def there(here: OpenIndex, database: str, tmp_path: Path) -> Iterator[OpenIndex]:
    """The same articles on another machine, with a folder of its own."""
    index = open_index(tmp_path / "there", encoder=SmallEncoder(), database=database)
    yield index
    index.close()


def found(index: OpenIndex, query: str) -> list[str]:
    return [hit.article.title for hit in index.retriever.search(query, 5)]


def until_found(index: OpenIndex, query: str, title: str) -> None:
    until = time.monotonic() + 30
    while title not in found(index, query):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_an_article_is_found_on_every_machine_and_gone_from_every_machine(
    here: OpenIndex, there: OpenIndex
) -> None:
    here.builder.put([article("Geckos climb walls.", "/a.txt", "Geckos"), article("Rain falls.", "/b.txt", "Rain")])
    assert found(here, "geckos")[0] == "Geckos"
    until_found(there, "geckos", "Geckos")
    there.builder.put([article("Geckos sleep at noon.", "/a.txt", "Geckos")])
    assert there.catalogue.versions(there.retriever.search("geckos", 1)[0].article.id) == [1, 2]
    assert there.builder.remove(["/b.txt"]) == 1
    until = time.monotonic() + 30
    while found(here, "rain noon") != ["Geckos"]:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert here.retriever.search("noon", 1)[0].text == "Geckos sleep at noon."


def test_only_one_machine_writes_at_a_time(here: OpenIndex, there: OpenIndex) -> None:
    with here.builder.holding():
        with pytest.raises(IndexBusyError, match="another machine"):
            there.builder.put([article("One.")])
        here.builder.put([article("Two.")])
    assert there.builder.put([article("One.", "/other.txt")]) == {"added": 1}
    assert {each.text for each in there.catalogue.articles(there.catalogue.all_articles()).values()} == {
        "One.",
        "Two.",
    }
    ids = there.catalogue.passage_ids()
    assert there.retriever.snapshot.vectors.ids().tolist() == ids.tolist()


def test_a_machine_comes_with_an_empty_folder_and_the_model_of_the_others(
    here: OpenIndex, database: str, tmp_path: Path
) -> None:
    here.builder.put([article("Geckos climb walls.", title="Geckos")])
    late = open_index(tmp_path / "late", encoder=SmallEncoder(), database=database, create=False)
    assert found(late, "geckos") == ["Geckos"]
    assert late.catalogue.built_with() is not None
    late.close()


def test_a_folder_that_followed_another_catalogue_is_made_anew(database: str, tmp_path: Path) -> None:
    alone = open_index(tmp_path / "one", encoder=SmallEncoder())
    alone.builder.put([article("Rain falls.", title="Rain")])
    alone.close()
    shared = open_index(tmp_path / "one", encoder=SmallEncoder(), database=database)
    assert found(shared, "rain") == []
    shared.builder.put([article("Snow falls.", title="Snow")])
    assert found(shared, "rain falls") == ["Snow"]
    shared.close()
    again = open_index(tmp_path / "one", encoder=SmallEncoder())
    assert found(again, "snow falls") == ["Rain"]
    again.close()


def test_there_has_to_be_a_catalogue_where_one_is_asked(database: str, tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="bring some in"):
        open_index(tmp_path / "a", encoder=SmallEncoder(), database=database, create=False)


def test_the_steps_lead_to_the_tables_of_today(here: OpenIndex) -> None:
    with here.catalogue.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), EVERY) == []


def test_origins_are_in_the_order_of_their_characters(here: OpenIndex) -> None:
    names = ["/x/B", "/x/a", "/x/Ä", "/x/ä", "/x/_", "/x/\U0001f98e", "/y"]
    here.builder.put([article(f"Text {number}.", name) for number, name in enumerate(names)])
    assert [origin for origin, _ in here.catalogue.origins_below("/x/")] == sorted(names)[:-1]
    listed = here.catalogue.summaries(query="%", sort="title")
    assert listed == []
    assert len(here.catalogue.summaries(query="/X/_")) == 1


def test_what_no_database_can_hold_finds_nothing(here: OpenIndex) -> None:
    here.builder.put([article("One.")])
    assert here.catalogue.summaries(query="a\0") == []
    assert here.catalogue.articles(["\0"]) == {}
    assert here.builder.put([Article("A\0B", "Two.", origin="/nul")]) == {"added": 1}


def test_a_passage_id_is_never_used_twice(here: OpenIndex) -> None:
    here.builder.put([article("One.")])
    here.builder.remove(["/a.txt"])
    here.builder.put([article("One.")])
    assert here.catalogue.passage_ids().tolist() == [2]


def test_the_password_is_shown_to_nobody(postgres: Postgres, database: str, tmp_path: Path) -> None:
    wrong = database.replace("owner:", "owner:wrong")
    for url in (wrong, database.replace(f":{postgres.port}", ":1")):
        with pytest.raises(ServerAwayError) as away:
            open_index(tmp_path / "a", encoder=SmallEncoder(), database=url)
        told = f"{away.value} {away.value.detail} {away.value.__cause__!r}"
        assert [secret for secret in (PASSWORD, "%", "wrong@") if secret in told] == []
    assert (
        shown(database_url(database))
        == f"postgresql://owner:***@127.0.0.1:{postgres.port}/{database.rpartition('/')[2]}"
    )


@pytest.mark.parametrize("url", ["mysql://a:secret@b/c", "sqlite:///secret", "secret", "postgresql://host", "://"])
def test_another_database_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="expected postgresql://") as refused:
        open_index(tmp_path / "a", encoder=SmallEncoder(), database=url)
    assert "secret" not in str(refused.value)


def test_an_outage_is_told_at_once_and_survived(postgres: Postgres, database: str, tmp_path: Path) -> None:
    with Bot.open(tmp_path / "a", encoder=SmallEncoder(), database=database) as bot:
        bot.put(article("Geckos climb walls at night.", title="Geckos"))
        known = bot.ask("Where do geckos climb?")
        postgres.kill()
        try:
            began = time.monotonic()
            again = bot.ask("Where do geckos climb?")
            assert again.quotes == known.quotes
            assert "does not answer just now" in again.notes[-1]
            with pytest.raises(ServerAwayError, match="does not answer just now"):
                bot.ask("When do geckos climb?")
            with pytest.raises(ServerAwayError):
                bot.put(article("Rain falls.", "/b.txt"))
            assert time.monotonic() - began < 9  # three times three seconds
        finally:
            postgres.start()
        assert bot.ask("Where do geckos climb?").notes == ()
        bot.put(article("Rain falls.", "/b.txt"))
        assert bot.article_count == 2


def test_a_server_that_is_frozen_is_told_from_one_that_is_slow(
    postgres: Postgres, database: str, tmp_path: Path
) -> None:
    index = open_index(tmp_path / "a", encoder=SmallEncoder(), database=database)
    with Bot(index) as bot:
        bot.put(article("Geckos climb walls at night.", title="Geckos"))
        known = bot.ask("Where do geckos climb?")
        with index.catalogue.engine.connect() as connection:
            began = time.monotonic()
            connection.execute(text("SELECT pg_sleep(3)"))  # says nothing for longer, and is waited for
            assert time.monotonic() - began >= 3
            postgres.freeze()
            try:
                took = [seconds_until_away(partial(connection.execute, text("SELECT 1")))]
                again = bot.ask("Where do geckos climb?")
                assert again.quotes == known.quotes
                assert "does not answer just now" in again.notes[-1]
                for call in (
                    partial(bot.ask, "When do geckos climb?"),
                    partial(bot.put, article("Rain falls.", "/b.txt")),
                    partial(getattr, bot, "article_count"),
                    partial(open_index, tmp_path / "b", encoder=SmallEncoder(), database=database),
                ):
                    took.append(seconds_until_away(call))
            finally:
                postgres.thaw()
        assert max(took) < 3
        until_answered(bot)
        bot.put(article("Rain falls.", "/b.txt"))
        assert bot.article_count == 2


@pytest.mark.parametrize("is_path", [True, False])
def test_whether_a_server_is_there_is_asked_of_sockets_of_every_kind(is_path: bool) -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(AF_UNIX if is_path else AF_INET6) as server:
        server.bind(f"{folder}/.s.PGSQL.5432" if is_path else ("::1", 0))
        host, port = (folder, 5432) if is_path else server.getsockname()[:2]

        def speak() -> None:
            with server.accept()[0] as line:
                line.recv(8)  # closed with this unread, a socket that is a file would end the other side's reading
                line.sendall(b"N")

        assert not Server().is_there(host, port, time.monotonic())  # nobody listens
        server.listen()
        assert not Server().is_there(host, port, time.monotonic())  # nobody says a word
        server.accept()[0].close()
        told = Thread(target=speak)
        told.start()
        assert Server().is_there(host, port, time.monotonic())
        told.join()


def seconds_until_away(call: Callable[[], object]) -> float:
    began = time.monotonic()
    with pytest.raises(ServerAwayError, match="does not answer just now"):
        call()
    return time.monotonic() - began


def until_answered(bot: Bot) -> None:
    until = time.monotonic() + 30
    while bot.ask("Where do geckos climb?").notes:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_lost_lock_is_told_and_nothing_is_half_kept(
    here: OpenIndex, there: OpenIndex, postgres: Postgres
) -> None:
    with here.builder.holding():
        postgres.kill()
        postgres.start()
        with pytest.raises(ServerAwayError):
            here.builder.put([article("One.")])
    assert there.catalogue.count() == (0, 0)
    assert here.builder.put([article("One.")]) == {"added": 1}


def test_whatever_was_acknowledged_survives_a_server_that_is_killed_while_it_is_written_to(
    here: OpenIndex, postgres: Postgres
) -> None:
    acknowledged: list[str] = []
    for kill in range(3):
        killer = Timer(0.3 + kill / 10, postgres.kill)
        killer.start()
        with suppress(ServerAwayError):
            for number in count():
                origin = f"/{kill}/{number}"
                here.builder.put([article(f"Sentence {number} of {kill}.", origin)])
                acknowledged.append(origin)
        killer.join()
        postgres.start()
    here.builder.put([article("The last one.", "/last")])
    there = here.catalogue.origins()
    assert acknowledged
    assert [origin for origin in acknowledged if origin not in there] == []
    assert len(there) <= len(acknowledged) + 1 + 3  # what was being committed may be in, unacknowledged
    assert here.catalogue.passage_ids().tolist() == here.retriever.snapshot.vectors.ids().tolist()
    assert verify(here) == []


def test_a_catalogue_is_read_without_making_one(database: str) -> None:
    with pytest.raises(IndexMissingError):
        Catalogue(database_url(database), create=False)
