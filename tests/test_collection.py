"""Collections are read by what stands in them, and judged questions keep their judgements."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from index import Article, ReadError, digest_of, read_collection


def write(path: Path, rows: Iterable[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_a_beir_folder_gives_graded_judgements_of_its_test_questions(tmp_path: Path) -> None:
    write(
        tmp_path / "corpus.jsonl",
        [{"_id": "d1", "title": "One", "text": "First."}, {"_id": "d2", "text": "Second."}],
    )
    write(tmp_path / "queries.jsonl", [{"_id": "q1", "text": "Which?"}, {"_id": "q2", "text": "Not judged?"}])
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "dev.tsv").write_text("query-id\tcorpus-id\tscore\nq2\td1\t1\n", "utf-8")
    (tmp_path / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq1\tgone\t1\n", "utf-8"
    )
    collection = read_collection(tmp_path)
    assert collection.articles == (Article("One", "First.", origin="d1"), Article("", "Second.", origin="d2"))
    assert [(each.id, each.question) for each in collection.questions] == [("q1", "Which?")]
    assert collection.questions[0].relevant == {digest_of("First."): 2, digest_of("Second."): 0}


def test_clapnq_lines_give_the_quotes_that_people_chose(tmp_path: Path) -> None:
    passage = {"title": "T", "text": "One . Two .", "sentences": ["One .", "Two ."]}
    write(
        tmp_path / "dev.jsonl",
        [
            {
                "input": "which one",
                "passages": [passage],
                "output": [{"answer": "2", "selected_sentences": ["Two ."]}],
            },
            {"input": "what else", "passages": [passage], "output": [{"answer": "", "selected_sentences": []}]},
        ],
    )
    collection = read_collection(tmp_path)
    answered, unanswered = collection.questions
    assert len(collection.articles) == 1
    assert (answered.quotes, answered.answerable) == (("Two .",), True)
    assert answered.relevant == {digest_of("One . Two ."): 1}
    assert (unanswered.quotes, unanswered.answerable, unanswered.relevant) == ((), False, {})


def test_mtrag_lines_give_the_conversation_before_the_question(tmp_path: Path) -> None:
    turns = [("user", "Who?"), ("agent", "She."), ("user", "Thanks"), ("user", "Why?")]
    row = {
        "input": [{"speaker": speaker, "text": text} for speaker, text in turns],
        "contexts": [{"document_id": "x", "text": "\nBecause."}],
        "answerability": ["ANSWERABLE"],
    }
    (question,) = read_collection(write(tmp_path / "tasks.jsonl", [row])).questions
    assert (question.question, question.history) == ("Why?", (("Who?", "She."), ("Thanks", "")))
    assert question.relevant == {digest_of("Because."): 1}


def test_qed_lines_give_the_sentence_that_implies_the_answer(tmp_path: Path) -> None:
    row = {
        "question_text": "who",
        "title_text": "T",
        "paragraph_text": "She did . Yes .",
        "annotation": {"selected_sentence": {"string": "She did . "}},
    }
    (question,) = read_collection(write(tmp_path / "dev.jsonlines", [row])).questions
    assert (question.quotes, question.answerable) == (("She did . ",), True)


def test_ones_own_questions_name_an_article_or_quote_it(tmp_path: Path) -> None:
    file = write(
        tmp_path / "questions.jsonl",
        [
            {"question": "Where?", "article": "The LEAF"},
            {"question": "Since when?", "quote": "since 2013", "history": ["Where?"]},
            {"question": "Who won?", "article": ""},
            {"question": "Untold?"},
        ],
    )
    named, quoted, unanswerable, untold = read_collection(file).questions
    assert (named.named, named.answerable, named.quotes) == (("The LEAF",), True, None)
    assert (quoted.quotes, quoted.history) == (("since 2013",), (("Where?", ""),))
    assert (unanswerable.answerable, unanswerable.quotes) == (False, ())
    assert (untold.answerable, untold.quotes) == (None, None)


def test_a_folder_without_questions_and_a_broken_line_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="holds no questions"):
        read_collection(tmp_path)
    (tmp_path / "questions.jsonl").write_text('{"question": "Which?"}\nnot json\n', "utf-8")
    with pytest.raises(ReadError, match="line 2 is not JSON"):
        read_collection(tmp_path)
