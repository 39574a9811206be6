"""What a bot tells about a quote beyond the quote, and about what there is to narrow by: a part of its Python API."""

from __future__ import annotations

from bot.answer import Quote
from bot.contribution import Contribution, contributions
from bot.facets import Facets, facets
from bot.further import more_from, more_like
from bot.reading import checked
from index import Filters, OpenIndex


class Onward:
    """The part of `Bot` that goes on from an answer."""

    _index: OpenIndex

    def why(self, question: str, article_id: str, start: int, end: int) -> list[Contribution]:
        """What each word of the question contributed to the quote `start <= i < end` of an article.

        Raises QuestionError for a question that is empty or too long, ArticleMissingError where there is no such
        article or no words in that range.
        """
        article = self._index.catalogue.article(article_id)
        return contributions(checked(question), article, start, end, self._index)

    def more_from(self, question: str, article_id: str, start: int, end: int, k: int = 6) -> list[Quote]:
        """At most k further quotes of the same article for the question, likeliest first; see `bot.further`.

        Raises QuestionError and ArticleMissingError as `why` does.
        """
        article = self._index.catalogue.article(article_id)
        return more_from(checked(question), article, start, end, self._index, k)

    def more_like(self, article_id: str, start: int, end: int, k: int = 6) -> list[Quote]:
        """At most k sentences of other articles nearest in meaning to the quote, nearest first; echoes are left out.

        Raises ArticleMissingError where there is no such article or no words in that range.
        """
        return more_like(self._index.catalogue.article(article_id), start, end, self._index, k)

    def facets(self, filters: Filters | None = None, question: str = "") -> Facets:
        """How many articles there are by source, author and month under the filters; see `bot.facets`."""
        return facets(self._index, filters or Filters(), question)
