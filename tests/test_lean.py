"""Gradio without Arrow: this process's pandas does without it, and reading .parquet does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CODE = """
import sys
from pathlib import Path
from bot.chat.lean import load_gradio
FIRST
load_gradio()
print("gradio" in sys.modules, "pyarrow" in sys.modules)
import pyarrow
from pyarrow import parquet
parquet.write_table(pyarrow.table({"title": ["LEAF"], "text": ["It is built in Sunderland."]}), sys.argv[1])
from index import read_file
print([article.text for article in read_file(Path(sys.argv[1]))])
"""


def run(folder: Path, first: str) -> list[str]:
    """What a new interpreter prints that does `first` before it loads Gradio, and reads a table behind it."""
    code = CODE.replace("FIRST", first)
    return subprocess.check_output([sys.executable, "-c", code, folder / "a.parquet"], text=True).splitlines()


def test_gradio_comes_without_arrow_and_tables_are_read_all_the_same(tmp_path: Path) -> None:
    assert run(tmp_path, "") == ["True False", "['It is built in Sunderland.']"]


def test_a_program_that_has_loaded_arrow_keeps_it(tmp_path: Path) -> None:
    assert run(tmp_path, "import pyarrow") == ["True True", "['It is built in Sunderland.']"]
