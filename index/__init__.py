"""Text in, ranked passages out: the face of the package; it re-exports and loads no model library."""

from index.article import Article, Filters, Hit, Passage, Span, canonical, digest_of
from index.errors import (
    ArticleMissingError,
    EncoderMismatchError,
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    ModelError,
    PullquoteError,
    QuestionError,
    ReadError,
    SettingError,
)
from index.ports import Encoded, Encoder, Ranker, Ranking, Vectors, VectorStore
from index.readers import find_files, read, read_file

__all__ = [
    "Article",
    "ArticleMissingError",
    "Encoded",
    "Encoder",
    "EncoderMismatchError",
    "Filters",
    "Hit",
    "IndexBusyError",
    "IndexDamagedError",
    "IndexMissingError",
    "ModelError",
    "Passage",
    "PullquoteError",
    "QuestionError",
    "Ranker",
    "Ranking",
    "ReadError",
    "SettingError",
    "Span",
    "VectorStore",
    "Vectors",
    "canonical",
    "digest_of",
    "find_files",
    "read",
    "read_file",
]
