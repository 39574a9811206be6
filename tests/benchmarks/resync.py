"""How long a re-sync of unchanged articles takes: python -m tests.benchmarks.resync [NUMBER]"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from index import open_index, sync
from tests.small_encoder import SmallEncoder


def main(number: int) -> None:
    """Add a folder of articles and sync it again, with an encoder that costs nothing, so that the rest is seen."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "articles")
        folder.mkdir()
        for at in range(number):
            path = folder / f"{at:06}.txt"
            path.write_text(
                f"Article {at}\n\nThe plant number {at} is in Sunderland. It was built in {1900 + at % 100}."
            )
            os.utime(path, (1_700_000_000, 1_700_000_000))
        index = open_index(Path(place, "a.index"), encoder=SmallEncoder())
        for turn in ("first", "again", "again"):
            began = time.perf_counter()
            report = sync(index.builder, folder)
            took = time.perf_counter() - began
            print(f"{turn}: {took:.2f} s, {report.added:,} added, {report.unchanged:,} unchanged")
        index.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
