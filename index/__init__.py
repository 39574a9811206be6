"""Text in, ranked passages out: the face of the package; it re-exports and loads no model library.

What reads, fetches and examines comes when it is first asked for: a question needs none of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from index.article import Article, Filters, Hit, Passage, Span, canonical, digest_of
from index.changes import Change, changes
from index.counting import months_under, names_under
from index.encode import find_encoder, load_encoder
from index.errors import (
    ArticleMissingError,
    ClusterError,
    EncoderMismatchError,
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    ModelError,
    PullquoteError,
    QuestionError,
    ReadError,
    ServerAwayError,
    SettingError,
)
from index.inside import word_signs
from index.inspect import verify
from index.language import language_code, language_codes, language_name
from index.listing import ArticleSummary, Sort
from index.opened import STORES, OpenIndex, open_index
from index.ports import Encoded, Encoder, Ranker, Ranking, Vectors, VectorStore
from index.rebuilding import OnRebuild, Rebuilding, untold
from index.rerank import Reranker
from index.retriever import Kept
from index.split import passages, sentences, trimmed, word_spans
from index.standing import Standing, history, standing

if TYPE_CHECKING:
    from index.collection import Collection, Judged, read_collection
    from index.evaluate import STANDARD_MEASURES, judge, judged_questions, mean
    from index.intake import add, sync
    from index.migrating import Migrated, migrate
    from index.readers import find_files, read, read_file
    from index.readers.fields import make_article
    from index.readers.moment import parse_day
    from index.readers.rows import Columns, parse_columns
    from index.significance import Difference, Estimate, compare, estimate
    from index.spread import spread_over
    from index.tally import AddReport, OnProgress, Progress, Tally
    from index.watching.pace import Pace, every_of, spelled
    from index.watching.watcher import Looked, Remark, Watcher
    from index.watching.watchlist import Watched, WatchList, placed

_LATER = {
    "index.collection": ("Collection", "Judged", "read_collection"),
    "index.evaluate": ("STANDARD_MEASURES", "judge", "judged_questions", "mean"),
    "index.intake": ("add", "sync"),
    "index.migrating": ("Migrated", "migrate"),
    "index.readers": ("find_files", "read", "read_file"),
    "index.readers.fields": ("make_article",),
    "index.readers.moment": ("parse_day",),
    "index.readers.rows": ("Columns", "parse_columns"),
    "index.spread": ("spread_over",),
    "index.significance": ("Difference", "Estimate", "compare", "estimate"),
    "index.tally": ("AddReport", "OnProgress", "Progress", "Tally"),
    "index.watching.pace": ("Pace", "every_of", "spelled"),
    "index.watching.watcher": ("Looked", "Remark", "Watcher"),
    "index.watching.watchlist": ("WatchList", "Watched", "placed"),
}

__all__ = [
    "STANDARD_MEASURES",
    "STORES",
    "AddReport",
    "Article",
    "ArticleMissingError",
    "ArticleSummary",
    "Change",
    "ClusterError",
    "Collection",
    "Columns",
    "Difference",
    "Encoded",
    "Encoder",
    "EncoderMismatchError",
    "Estimate",
    "Filters",
    "Hit",
    "IndexBusyError",
    "IndexDamagedError",
    "IndexMissingError",
    "Judged",
    "Kept",
    "Looked",
    "Migrated",
    "ModelError",
    "OnProgress",
    "OnRebuild",
    "OpenIndex",
    "Pace",
    "Passage",
    "Progress",
    "PullquoteError",
    "QuestionError",
    "Ranker",
    "Ranking",
    "ReadError",
    "Rebuilding",
    "Remark",
    "Reranker",
    "ServerAwayError",
    "SettingError",
    "Sort",
    "Span",
    "Standing",
    "Tally",
    "VectorStore",
    "Vectors",
    "WatchList",
    "Watched",
    "Watcher",
    "add",
    "canonical",
    "changes",
    "compare",
    "digest_of",
    "estimate",
    "every_of",
    "find_encoder",
    "find_files",
    "history",
    "judge",
    "judged_questions",
    "language_code",
    "language_codes",
    "language_name",
    "load_encoder",
    "make_article",
    "mean",
    "migrate",
    "months_under",
    "names_under",
    "open_index",
    "parse_columns",
    "parse_day",
    "passages",
    "placed",
    "read",
    "read_collection",
    "read_file",
    "sentences",
    "spelled",
    "spread_over",
    "standing",
    "sync",
    "trimmed",
    "untold",
    "verify",
    "word_signs",
    "word_spans",
]


def __getattr__(name: str) -> object:
    """One of the names that come when they are asked for."""
    for module, names in _LATER.items():
        if name in names:
            globals()[name] = getattr(import_module(module), name)
            return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
