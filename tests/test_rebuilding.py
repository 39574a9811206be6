"""A rebuild tells how far it has come, can be stopped, and goes on from what it had written."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from index import OpenIndex, Rebuilding, open_index
from index.encoding import BATCH
from index.instalment import SECONDS
from tests.conftest import article
from tests.small_encoder import SmallEncoder
from tests.test_builder import is_whole

ROOT = Path(__file__).parent.parent
SENTENCES = " ".join(
    f"Plum number {at} of the old orchard fell into the grass before anybody saw it." for at in range(30)
)


def filled(opened: OpenIndex, articles: int) -> int:
    """How many passages an index has with so many articles in it, which is closed then."""
    opened.builder.put([article(f"{at} {SENTENCES}", origin=f"/{at}") for at in range(articles)])
    passages = len(opened.catalogue.passage_ids())
    opened.close()
    return passages


def test_a_rebuild_tells_of_every_article_it_splits_and_of_passages_until_all_are_encoded(
    opened: OpenIndex,
) -> None:
    passages = filled(opened, 60)
    steps: list[Rebuilding] = []
    anew = open_index(opened.folder, encoder=SmallEncoder(), anew=True, on_step=steps.append)
    assert is_whole(anew)
    anew.close()
    split = [step.articles_split for step in steps if not step.passages]
    assert split == list(range(60))
    encoded = [step.encoded for step in steps if step.passages]
    assert encoded[0] == 0
    assert encoded[-1] == passages
    assert all(0 < after - before <= 256 for before, after in pairwise(encoded))
    assert {step.passages for step in steps} == {0, passages}


def test_a_rebuild_that_was_stopped_keeps_what_was_written_and_goes_on_from_there(opened: OpenIndex) -> None:
    passages = filled(opened, 40)
    first, second = SmallEncoder(), SmallEncoder()
    for encoder in (first, second):
        encoder.name, encoder.digest = "other", "0" * 64

    def stop(step: Rebuilding) -> None:
        if step.passages and not step.encoded:
            time.sleep(SECONDS)  # so that the first batch is written at once
        if step.encoded > BATCH:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_index(opened.folder, encoder=first, anew=True, on_step=stop)
    steps: list[Rebuilding] = []
    anew = open_index(opened.folder, encoder=second, anew=True, on_step=steps.append)
    assert is_whole(anew)
    assert len(anew.catalogue.passage_ids()) == passages
    anew.close()
    assert len(second.encoded) == steps[-1].passages == passages - BATCH
    assert not [step for step in steps if not step.passages]  # nothing was split again


def test_one_that_was_stopped_while_it_split_changed_nothing(opened: OpenIndex) -> None:
    filled(opened, 3)

    def stop(step: Rebuilding) -> None:
        if step.articles_split == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_index(opened.folder, encoder=SmallEncoder(), anew=True, on_step=stop)
    again = SmallEncoder()
    kept = open_index(opened.folder, encoder=again)
    assert is_whole(kept)
    assert again.encoded == []
    kept.close()


def test_ctrl_c_ends_the_command_with_a_word_of_how_it_goes_on(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    for at in range(6):
        (tmp_path / "news" / f"{at}.txt").write_text(f"Plums {at}\n\n{at} {SENTENCES}")
    bot = [sys.executable, "-m", "bot"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    subprocess.run([*bot, "add", "news"], cwd=tmp_path, env=environment, check=True, capture_output=True)
    process = subprocess.Popen(
        [*bot, "rebuild", "--json"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    assert '"event": "progress"' in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert (process.returncode, "the same command goes on" in said) == (130, True), said
    again = subprocess.run(
        [*bot, "rebuild"], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert re.match(r"encoded [\d,]+ passages anew in ", again.stdout), again.stderr
