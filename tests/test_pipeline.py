"""The way of a build: what is being replaced stays findable, nothing is encoded twice, order never changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from index import Encoded, OpenIndex, Span, open_index
from tests.conftest import article
from tests.small_encoder import SmallEncoder


class Watched(SmallEncoder):
    """Calls `meanwhile` in the middle of encoding."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] = lambda: None

    def encode_passages(
        self, titles: Sequence[str], texts: Sequence[str], spans: Sequence[Sequence[Span]] | None = None
    ) -> Encoded:
        self.meanwhile()
        return super().encode_passages(titles, texts, spans)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[OpenIndex]:
    index = open_index(tmp_path / "watched.index", encoder=Watched())
    yield index
    index.close()


def test_a_changed_article_is_found_as_it_was_until_it_is_found_as_it_is(watched: OpenIndex) -> None:
    watched.builder.put([article("Apples are red.")])
    found: list[list[str]] = []
    assert isinstance(watched.encoder, Watched)
    watched.encoder.meanwhile = lambda: found.append([hit.text for hit in watched.retriever.search("apples", 5)])
    watched.builder.put([article("Apples are green.")])
    assert found == [["Apples are red."]]
    assert [hit.text for hit in watched.retriever.search("apples", 5)] == ["Apples are green."]


def test_what_another_thread_takes_out_meanwhile_is_brought_in_again(watched: OpenIndex) -> None:
    watched.builder.put([article("Apples are red.")])
    prepared = watched.builder.prepare(article("Apples are red."))
    assert prepared.passages == ()
    watched.builder.remove(["/a.txt"])
    assert watched.builder.commit([prepared]) == ["added"]
    assert [hit.text for hit in watched.retriever.search("apples", 5)] == ["Apples are red."]


def test_an_article_that_comes_twice_at_once_ends_as_it_came_last(watched: OpenIndex) -> None:
    assert watched.builder.put([article("Apples are red."), article("Apples are blue.")]) == {
        "added": 1,
        "updated": 1,
    }
    assert [hit.text for hit in watched.retriever.search("apples", 5)] == ["Apples are blue."]
    assert watched.catalogue.passage_ids().tolist() == watched.retriever.snapshot.words.ids().tolist()
