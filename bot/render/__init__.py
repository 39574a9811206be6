"""Answers as text for people and programs; all escaping lives in this package, and it reads nothing."""

from bot.render.records import AnswerRecord, ArticleRecord, QuoteRecord, answer_record, article_record, quote_record
from bot.render.words import counted, how_sure, long_date

__all__ = [
    "AnswerRecord",
    "ArticleRecord",
    "QuoteRecord",
    "answer_record",
    "article_record",
    "counted",
    "how_sure",
    "long_date",
    "quote_record",
]
