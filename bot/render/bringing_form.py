"""The form on the chat page by which articles are brought in; `bringing.js` sends it and tells what became of it."""

from __future__ import annotations

_KINDS = "Text, Markdown, web pages, PDF, Word, EPUB, e-mail, feeds, tables and more"


def bringing_form(limit: int) -> str:
    """The form, folded away. `limit` is the most megabytes that are taken at once."""
    return (
        '<details id="pq-bring"><summary>Bring articles</summary><div class="pq-bring-body">'
        f'<form class="pq-bring-files" data-limit="{limit}">'
        '<label class="pq-drop"><input type="file" name="files" multiple aria-describedby="pq-drop-note">'
        '<span class="pq-drop-words"><strong>Drop files here</strong> or <u>choose them</u></span>'
        f'<span class="pq-drop-note" id="pq-drop-note">{_KINDS}; up to {limit:,} MB at once</span></label></form>'
        '<form class="pq-bring-page"><label for="pq-bring-url">Address of a page, a feed or a sitemap</label>'
        '<span class="pq-bring-line"><input id="pq-bring-url" name="urls" inputmode="url" autocomplete="off" '
        'spellcheck="false" maxlength="2000" placeholder="https://example.org/story" required>'
        '<button type="submit">Fetch</button></span></form>'
        f"{_text()}"
        '<div class="pq-bring-told" role="status" aria-live="polite" hidden>'
        '<p class="pq-bring-now"></p><progress max="1" aria-label="Progress"></progress></div>'
        '<ul class="pq-bring-list" tabindex="0" aria-label="What became of them" hidden></ul>'
        "</div></details>"
    )


def _text() -> str:
    """The fields of a text that is pasted."""
    fields = "".join(
        f'<span class="pq-bring-field"><label for="pq-bring-{name}">{words}</label>'
        f'<input id="pq-bring-{name}" name="{name}" type="{kind}" maxlength="1000" autocomplete="off"></span>'
        for name, words, kind in (
            ("title", "Title", "text"),
            ("source", "Source, if any", "text"),
            ("author", "Author, if any", "text"),
            ("published", "Published, if known", "date"),
        )
    )
    return (
        '<details class="pq-bring-paste"><summary>Paste a text</summary><form class="pq-bring-text">'
        f'<span class="pq-bring-fields">{fields}</span>'
        '<label for="pq-bring-words">Text</label>'
        '<textarea id="pq-bring-words" name="text" rows="6" maxlength="900000" required></textarea>'
        '<button type="submit">Add the text</button></form></details>'
    )
