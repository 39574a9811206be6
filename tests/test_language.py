"""The language of an article is told from its words, kept with it, and decides how its sentences are found."""

from __future__ import annotations

import pytest

from bot import Bot
from index import Article, OpenIndex, QuestionError, language_code, language_codes
from index.language import knows, language_of
from index.split import sentences

GERMAN = (
    "Die Produktion des Wagens begann 2013 in Sunderland, und seither wurden dort mehr als eine Viertelmillion "
    "Stück gebaut. Am 3. Oktober 1990 war davon noch keine Rede, wie Dr. Weber am Montag in einem Gespräch sagte."
)
FRENCH = (
    "Le Parlement a adopté mardi soir la loi sur l'énergie, après trois semaines de débats. Le ministre a "
    "déclaré que les travaux commenceraient au printemps prochain dans les deux régions concernées."
)
ENGLISH = (
    "Production of the car began in Sunderland in 2013, and more than a quarter of a million have been made "
    "there since. Nobody spoke of it in October 1990, as Dr. Weber said in an interview on Monday."
)
JAPANESE = (
    "日産自動車は火曜日、英国の工場で新型の電気自動車を生産すると発表した。生産は来年の春に始まる予定である。"
)


@pytest.mark.parametrize(("text", "code"), [(GERMAN, "de"), (FRENCH, "fr"), (ENGLISH, "en"), (JAPANESE, "ja")])
def test_a_language_is_told_from_a_few_sentences(text: str, code: str) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize("text", ["", "Bonjour.", "1 2 3 " * 200, "x" * 50])
def test_too_little_text_has_no_language(text: str) -> None:
    assert language_of(text) == ""


def test_the_language_is_kept_with_the_article_and_splits_its_sentences(opened: OpenIndex) -> None:
    opened.builder.put([Article("Der Wagen", GERMAN, origin="/a.txt")])
    (article_id,) = opened.catalogue.all_articles()
    assert opened.catalogue.article(article_id).language == "de"
    assert [each.language for each in opened.catalogue.summaries()] == ["de"]
    spans = [span for passage in opened.catalogue.passages_of(article_id) for span in passage.sentences]
    assert len(spans) >= 2
    assert len(sentences(GERMAN, "de")) == 2


def test_pages_are_kept_and_found_by_position(opened: OpenIndex) -> None:
    opened.builder.put([Article("Pages", "One. Two. Three.", origin="/a.pdf", pages=((0, 3), (5, 4), (10, 5)))])
    (article_id,) = opened.catalogue.all_articles()
    article = opened.catalogue.article(article_id)
    assert [article.page_at(at) for at in (0, 4, 5, 9, 10, 15)] == [3, 3, 4, 4, 5, 5]
    assert Article("No pages", "One.").page_at(0) is None


def test_an_encoder_for_english_is_known_by_its_name() -> None:
    assert knows("all-MiniLM-L6-v2", "en")
    assert not knows("all-MiniLM-L6-v2", "de")
    assert knows("paraphrase-multilingual-MiniLM-L12-v2", "de")
    assert knows("small", "de")


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("de", "de"),
        ("German", "de"),
        ("de-AT", "de"),
        ("ENGLISH", "en"),
        ("español", "es"),
        ("klingon", ""),
        ("", ""),
    ],
)
def test_a_language_is_meant_by_its_code_or_its_name(word: str, code: str) -> None:
    assert language_code(word) == code


def test_a_word_that_is_no_language_is_refused() -> None:
    assert language_codes(["German", "de", "en"]) == ("de", "en")
    with pytest.raises(
        QuestionError, match="'klingon' is no language; expected an ISO 639-1 code such as en or de"
    ):
        language_codes(["klingon"])


def test_only_articles_in_the_language_asked_for_answer(opened: OpenIndex) -> None:
    opened.builder.put(
        [Article("Der Wagen", GERMAN, origin="/a.txt"), Article("The car", ENGLISH, origin="/b.txt")]
    )
    bot = Bot(opened)
    for words, title in (("de", "Der Wagen"), ("English", "The car")):
        assert {hit.article.title for hit in bot.search("Sunderland", languages=[words])} == {title}
        answer = bot.ask(f"Sunderland language:{words}")
        assert answer.filters.languages == (language_code(words),)
        shown = [*answer.quotes, *([answer.nearest] if answer.nearest else [])]
        assert {each.article.title for each in shown} <= {title}
    assert bot.ask("Which language:klingon is it?").filters.languages == ()
