"""Narrowing and sorting as a person does it, in a real browser: chips, counts, dates, order, the chart, undoing."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Watched

READ = "What did Nissan and Honda agree since March 2024?"


def panel(watched: Watched) -> Locator:
    """The panel that narrows the search, unfolded."""
    watched.page.locator("#pq-narrow > button").click()
    expect(watched.page.locator("#pq-chart .pq-columns")).to_be_visible()
    return watched.page.locator("#pq-narrow")


def test_a_filter_read_out_of_the_words_is_shown_and_undone_with_one_click(watched: Watched) -> None:
    watched.open()
    watched.ask(READ)
    expect(watched.page.locator(".pq-read-as q")).to_have_text("What did Nissan and Honda agree?")
    assert watched.texts(".pq-answer .pq-chip") == ["from 1 March 2024"]
    watched.page.get_by_role("link", name="Ask as typed").click()
    expect(watched.page.locator(".pq-read-as")).to_have_count(0)
    assert watched.texts(".pq-answer .pq-chip") == []
    assert watched.texts('[data-testid="user"] p') == [READ]
    expect(watched.page.locator(".pq-answer")).to_be_focused()
    expect(watched.page.locator(".pq-share a")).to_have_attribute("href", re.compile("interpret=no$"))


def test_a_follow_up_is_asked_as_typed_and_what_came_before_stays(watched: Watched) -> None:
    watched.open()
    watched.ask("Which start-up is Nissan in talks with?")
    watched.ask("And where is it based?")
    expect(watched.page.locator(".pq-read-as q")).to_have_text(
        "Which start-up is Nissan in talks with? And where is it based?"
    )
    watched.page.get_by_role("link", name="Ask as typed").click()
    expect(watched.page.locator(".pq-read-as")).to_have_count(0)
    assert watched.texts('[data-testid="user"] p') == [
        "Which start-up is Nissan in talks with?",
        "And where is it based?",
    ]


def test_a_chip_is_taken_away_by_keyboard(watched: Watched) -> None:
    watched.open(
        "/?q=Where+is+the+LEAF+built%3F&source=The+Wearside+Courier&source=Forecourt+Weekly&after=2024-01-01"
    )
    chips = watched.page.locator(".pq-answer .pq-chip")
    expect(chips).to_have_text(["The Wearside Courier", "Forecourt Weekly", "from 1 January 2024"])
    expect(watched.page.locator("#pq-chosen .pq-chip")).to_have_count(3)
    chip = watched.page.locator(".pq-answer").get_by_role("link", name="Remove source Forecourt Weekly")
    chip.focus()
    watched.page.keyboard.press("Enter")
    expect(chips).to_have_text(["The Wearside Courier", "from 1 January 2024"])
    expect(watched.page.locator("#pq-chosen .pq-chip")).to_have_text(
        ["The Wearside Courier", "from 1 January 2024"]
    )
    watched.page.locator("#pq-chosen").get_by_role("link", name="Remove date from 1 January 2024").click()
    expect(chips).to_have_text(["The Wearside Courier"])
    assert watched.texts('[data-testid="user"] p') == ["Where is the LEAF built?"]


def test_a_source_is_chosen_by_its_count_and_the_other_counts_follow(watched: Watched) -> None:
    watched.open()
    watched.ask("Where is the LEAF built?")
    panel(watched)
    expect(watched.page.get_by_placeholder("All sources")).to_be_visible()
    watched.page.get_by_label("Sources").click()
    watched.page.get_by_role("option", name="The Wearside Courier (1)").click()
    expect(watched.page.get_by_label("Sources")).to_have_attribute("placeholder", "")
    expect(watched.page.locator(".pq-answer .pq-chip")).to_have_text(["The Wearside Courier"])
    watched.page.keyboard.press("Escape")
    watched.page.get_by_label("Authors").click()
    expect(watched.page.get_by_role("option")).to_have_text([re.compile(r"Hannah Robson \(1\)")])


def test_a_date_that_is_typed_narrows_the_answer(watched: Watched) -> None:
    watched.open()
    watched.ask("Where is the LEAF built?")
    panel(watched)
    watched.page.get_by_label("Published before").press_sequentially("2024-02-01")
    expect(watched.page.locator(".pq-answer .pq-chip")).to_have_text(["before 1 February 2024"])


def test_quotes_are_put_in_order_of_time_and_the_link_keeps_it(watched: Watched) -> None:
    watched.open()
    watched.ask("What do Nissan and Honda want to do together?")
    best = watched.texts(".pq-where time")
    watched.page.get_by_role("link", name="oldest first").click()
    expect(watched.page.locator(".pq-order b")).to_have_text("oldest first")
    days = watched.page.locator(".pq-where time").evaluate_all("all => all.map(e => e.dateTime)")
    assert days == sorted(days)
    assert sorted(watched.texts(".pq-where time")) == sorted(best)
    share = watched.page.locator(".pq-share a")
    expect(share).to_have_attribute("href", re.compile("&sort=oldest$"))
    link = str(share.get_attribute("href"))
    panel(watched)
    expect(watched.page.get_by_label("Oldest first")).to_be_checked()
    watched.page.get_by_label("Newest first").click()
    expect(watched.page.locator(".pq-order b")).to_have_text("newest first")
    newest = watched.page.locator(".pq-where time").evaluate_all("all => all.map(e => e.dateTime)")
    assert newest == sorted(newest, reverse=True)
    watched.open(link)
    expect(watched.page.locator(".pq-order b")).to_have_text("oldest first")


def test_a_bar_of_the_chart_lets_only_its_articles_through(watched: Watched) -> None:
    watched.open()
    watched.ask("What do Nissan and Honda want to do together?")
    panel(watched)
    expect(watched.page.locator(".pq-timeline-name")).to_contain_text("Articles that share words with the question")
    years = watched.page.get_by_role("link", name=re.compile("^Only 2024"))
    if years.count():
        years.first.click()
    bar = watched.page.get_by_role("link", name=re.compile("^Only March 2024: "))
    bar.focus()
    watched.page.keyboard.press("Enter")
    expect(watched.page.locator(".pq-answer .pq-chip")).to_have_text(["from 1 March 2024", "before 1 April 2024"])
    expect(watched.page.get_by_label("Published from")).to_have_value("2024-03-01")
    expect(watched.page.locator(".pq-where time")).not_to_have_count(0)
    expect(watched.page.locator(".pq-where time").filter(has_not_text="March 2024")).to_have_count(0)
    watched.page.get_by_role("link", name="Show all dates").click()
    expect(watched.page.locator(".pq-answer .pq-chip")).to_have_count(0)


def test_dragging_across_the_chart_chooses_all_that_lies_between(watched: Watched) -> None:
    watched.open("/?q=Where+is+the+LEAF+built%3F&after=2024-01-01&before=2025-01-01")
    expect(watched.page.locator(".pq-answer")).to_be_visible()
    panel(watched)
    bars = watched.page.locator(".pq-columns li")
    names = watched.page.locator(".pq-columns a").evaluate_all("all => all.map(e => e.title)")
    first, last = (
        bars.filter(has=watched.page.locator("a")).first,
        bars.filter(has=watched.page.locator("a")).nth(1),
    )
    first.hover()
    watched.page.mouse.down()
    last.hover()
    watched.page.mouse.up()
    chips = watched.page.locator(".pq-answer .pq-chip")
    month = names[0].removeprefix("Only ").partition(":")[0]
    expect(chips.first).to_have_text(f"from 1 {month}")
    expect(watched.page.locator(".pq-columns a")).to_have_count(2)


def test_filters_can_be_taken_away_before_anything_is_asked(watched: Watched) -> None:
    watched.open()
    panel(watched)
    watched.page.get_by_label("Published from").press_sequentially("2024-01-01")
    watched.page.locator("#pq-chosen").get_by_role("link", name="Remove date from 1 January 2024").click()
    expect(watched.page.get_by_label("Published from")).to_have_value("")
    expect(watched.page.locator("#pq-chosen .pq-chip")).to_have_count(0)
    expect(watched.page.locator(".pq-answer")).to_have_count(0)
