"""What an index of any size takes: disk, memory, hours of encoding, machines; from the bytes of one that is there.

    python -m tests.benchmarks.cost INDEX --rate 30

INDEX is an index folder of real articles, the larger the better. --rate is how many passages a second one machine
encodes: `python -m tests.benchmarks.speed` measures it. Bytes grow in proportion to the passages, which
`python -m tests.benchmarks.scale` shows up to a million.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from index import open_index
from index.snapshot import Snapshot

SIZES = (10**5, 10**6, 10**7, 10**8, 10**9)
IN_MILVUS = 4  # bytes of a number of a vector, all of which Milvus holds in memory
HELD = 24e9  # bytes of memory that one machine of a Milvus cluster gives to vectors, of 32 GB
DAY = 86_400.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("--rate", type=float, required=True, help="passages a second that one machine encodes")
    options = parser.parse_args()
    with_files, database, dimension, length = measured(options.index)
    print(
        f"of one passage, {length:.0f} characters: {database:.0f} bytes in the catalogue, {with_files:.0f} in files\n"
    )
    print(
        "| passages | text | catalogue | files of an index | vectors in Milvus | machines for them | one encodes for |"
    )
    print("|---|---|---|---|---|---|---|")
    for size in SIZES:
        vectors = size * dimension * IN_MILVUS
        cells = [
            *(shown(size * each) for each in (length, database, with_files)),
            shown(vectors),
            f"{-(-vectors // int(HELD)):,}",
            days(size / options.rate),
        ]
        print(f"| {size:,} | {' | '.join(cells)} |")


def measured(folder: Path) -> tuple[float, float, int, float]:
    """Bytes in the files of a generation and in the catalogue, numbers of a vector and characters, of one passage."""
    opened = open_index(folder, create=False)
    try:
        snapshot = opened.retriever.snapshot
        assert isinstance(snapshot, Snapshot)
        place = folder / "generations" / f"{snapshot.manifest.generation:08d}"
        files = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
        passages = opened.catalogue.passages(opened.catalogue.passage_ids().tolist()).values()
        characters = sum(passage.end - passage.start for passage in passages)
        catalogue = (folder / "catalogue.sqlite").stat().st_size
        return (
            files / len(passages),
            catalogue / len(passages),
            opened.encoder.dimension,
            characters / len(passages),
        )
    finally:
        opened.close()


def shown(count: float) -> str:
    """Bytes as people write them."""
    for unit in ("MB", "GB", "TB"):
        count /= 1e6 if unit == "MB" else 1e3
        if count < 1_000 or unit == "TB":
            break
    return f"{count:.3g} {unit}"


def days(seconds: float) -> str:
    """A span of time as people write it."""
    return f"{seconds / 3_600:.1f} hours" if seconds < DAY else f"{seconds / DAY:,.0f} days"


if __name__ == "__main__":
    main()
