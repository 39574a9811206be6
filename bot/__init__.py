"""Questions in, quotes out: the face of the package; importing it loads no model library."""

from bot.answer import Answer, Quote
from bot.bot import Bot
from bot.quote import quote_from

__all__ = ["Answer", "Bot", "Quote", "quote_from"]
