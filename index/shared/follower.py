"""What the database keeps for finding follows the catalogue, in the catalogue's own transactions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
from sqlalchemy import Connection, delete

from index.catalogue import Catalogue
from index.derive import OnEncoded, encode_fresh
from index.encoding import BATCH, PassageVectors
from index.errors import EncoderMismatchError
from index.inside import Rows
from index.ledger import Batch
from index.ports import Encoder, Vectors
from index.prepared import Fresh, OnWritten
from index.shared.kept import drop, keep, kept_ids
from index.shared.postings import drop_words, keep_words
from index.shared.tables import kept, lengths, note, outbox, particulars, postings

Made = Callable[[Sequence[int]], Mapping[int, tuple[Vectors, Rows]]]
"""Gives the vectors of passages that need not be encoded, those that it has; see `index.ports.View.kept`."""

# While a rebuild is under way the catalogue's sequence is never this.
_HALF_MADE = "-1"


def _untold(_: int, __: int) -> None:
    """For those who do not want to hear of it."""


def check_shared_encoder(known: dict[str, str], encoder: Encoder) -> None:
    """Raises EncoderMismatchError unless the shared index was built with this very encoder."""
    if known.get("encoder_digest", encoder.digest) != encoder.digest:
        raise EncoderMismatchError(
            f"the shared index was built with {known['encoder']} (weights {known['encoder_digest'][:12]}…), not with "
            f"{encoder.name} (weights {encoder.digest[:12]}…); open it with --model {known['encoder']}, or build it "
            f"anew with: python -m bot rebuild --model {encoder.name}"
        )


class SharedFollower:
    """An `index.builder.Follower`: what came is kept and what went is dropped, for the one who may write."""

    def __init__(
        self,
        catalogue: Catalogue,
        encoder: Encoder,
        analyze: Callable[[str], list[str]],
        made: Made | None = None,
    ) -> None:
        self._made = made or (lambda ids: {})
        self._catalogue = catalogue
        self._encoder = encoder
        self._analyze = analyze

    def follow(self, batch: Batch, fresh: Sequence[Fresh], on_written: OnWritten) -> None:
        """See `index.builder.Follower`; when it returns, nothing of the batch can be lost any more."""
        dropped = set(batch.gone)
        live = [each for each in fresh if each.passage.id not in dropped]
        dropped.difference_update(each.passage.id for each in fresh)
        later = [each for each in live if each.vectors is None]
        for at in range(0, len(later), BATCH):
            encode_fresh(self._encoder, later[at : at + BATCH])
        self._keep(batch.connection, live, dropped)
        note(batch.connection, sequence=self._catalogue.sequence() + 1)
        batch.commit()
        on_written(len(live))

    def mend(self, on_written: OnWritten, check_files: bool = True, on_encoded: OnEncoded = _untold) -> bool:
        """Keep what the catalogue has and nothing else; False when it was so already."""
        engine = self._catalogue.engine
        with engine.connect() as connection:
            known = particulars(connection)
        check_shared_encoder(known, self._encoder)
        sequence = self._catalogue.sequence()
        if known.get("sequence") == str(sequence):
            return False
        wanted, held = self._catalogue.passage_ids(), kept_ids(engine)
        lacking, surplus = np.setdiff1d(wanted, held).tolist(), np.setdiff1d(held, wanted).tolist()
        with engine.begin() as connection:
            self._keep(connection, [], surplus)
        for at in range(0, len(lacking), BATCH):
            fresh = self._load(lacking[at : at + BATCH])
            made = self._made([each.passage.id for each in fresh])
            for each in fresh:
                if each.passage.id in made:
                    each.vectors = PassageVectors(*made[each.passage.id])
            encode_fresh(self._encoder, [each for each in fresh if each.vectors is None])
            with engine.begin() as connection:
                self._keep(connection, fresh, [])
            on_written(len(fresh))
            on_encoded(at + len(fresh), len(lacking))
        with engine.begin() as connection:
            note(connection, sequence=sequence, **self._built_with())
        return bool(lacking or surplus)

    def rebuild(self, on_written: OnWritten, on_encoded: OnEncoded = _untold) -> None:
        """Encode everything anew; Milvus is given a collection of its own, and answers from the old one until then."""
        with self._catalogue.engine.begin() as connection:
            for table in (kept, postings, lengths, outbox):
                connection.execute(delete(table))
            note(connection, sequence=_HALF_MADE, collection="", **self._built_with())
        self.mend(on_written, on_encoded=on_encoded)

    def is_half_made(self) -> bool:
        """See `index.builder.Follower`."""
        with self._catalogue.engine.connect() as connection:
            known = particulars(connection)
        return known.get("sequence") == _HALF_MADE and known.get("encoder_digest") == self._encoder.digest

    def _built_with(self) -> dict[str, str | int]:
        encoder = self._encoder
        return {"encoder": encoder.name, "encoder_digest": encoder.digest, "dimension": encoder.dimension}

    def _keep(self, connection: Connection, live: Sequence[Fresh], dropped: Collection[int]) -> None:
        drop(connection, dropped)
        drop_words(connection, dropped)
        keep(connection, live)
        keep_words(connection, [(each.passage.id, self._analyze(text_of(each))) for each in live])

    def _load(self, ids: Sequence[int]) -> list[Fresh]:
        return load(self._catalogue, ids)


def load(catalogue: Catalogue, ids: Sequence[int]) -> list[Fresh]:
    """The passages with these ids that the catalogue has, by ascending id, without vectors."""
    found = catalogue.passages(ids)
    articles = catalogue.articles({passage.article_id for passage in found.values()})
    return [
        Fresh(found[i], articles[found[i].article_id]) for i in sorted(found) if found[i].article_id in articles
    ]


def text_of(fresh: Fresh) -> str:
    """What a passage is found by: its text, with the article's title in front."""
    return f"{fresh.article.title}\n{fresh.article.text[fresh.passage.start : fresh.passage.end]}"
