"""Questions in, quotes out: the face of the package; importing it loads no model library."""

from bot.answer import Answer, Quote

__all__ = ["Answer", "Quote"]
