"""Encoding spread over processes and machines: the index is the same, whoever dies, and nothing is left running."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from bot.cli import main
from bot.settings import silence_ray
from index import ClusterError, Encoded, OpenIndex, Progress, Span, add, find_encoder, open_index, spread_over
from index.encoding import encode
from index.lazy import LazyEncoder
from index.prepared import Prepared
from index.travel import read, unpack, words_of
from tests.conftest import ARTICLES, article
from tests.small_encoder import SmallEncoder

silence_ray()
# The machines of a cluster know each other by it.
os.environ["RAY_AUTH_MODE"], os.environ["RAY_AUTH_TOKEN"] = "token", "a secret of these tests, and of nobody else"
pytestmark = [
    pytest.mark.filterwarnings("ignore:::ray"),  # Ray warns of what it does itself,
    # and threads of it end with SystemExit when it is let go of, which Python passes over.
    pytest.mark.filterwarnings("ignore:Exception in thread StreamingExecutor"),
]
ROOT = Path(__file__).parent.parent
ENDED = 20.0
TRIES = 3


class Marking(SmallEncoder):
    """Leaves a file named after its process at each parcel, and dies by kill -9 at the first that says so."""

    def __init__(self, place: Path, deadly: str = "") -> None:
        super().__init__()
        self.place = place
        self.deadly = deadly

    def encode_passages(
        self, titles: Sequence[str], texts: Sequence[str], spans: Sequence[Sequence[Span]] | None = None
    ) -> Encoded:
        (self.place / str(os.getpid())).touch()
        if self.deadly and any(self.deadly in text for text in texts) and not (self.place / "died").exists():
            (self.place / "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.05)
        return super().encode_passages(titles, texts, spans)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A head and a second node, each of one core, as two machines would have them."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    place = tmp_path_factory.mktemp("ray")
    nodes: list[subprocess.Popen[bytes]] = []
    try:
        head = ["--head", f"--port={port}", "--include-dashboard=false", "--disable-usage-stats"]
        nodes.append(begun(head, place / "head"))
        nodes.append(begun([f"--address=127.0.0.1:{port}"], place / "other"))
        yield f"127.0.0.1:{port}"
    finally:
        for each in reversed(nodes):
            each.terminate()
        for each in nodes:
            each.wait(60)


def begun(options: Sequence[str], said: Path) -> subprocess.Popen[bytes]:
    """A node that is up; one that is not within thirty seconds, as on a busy machine, ends, and is started again."""
    program = "import sys; from ray.scripts.scripts import main; sys.argv[0] = 'ray'; main()"
    command = [sys.executable, "-c", program, "start", *options]
    for _ in range(TRIES):
        with said.open("wb") as out:
            node = subprocess.Popen(
                [*command, "--num-cpus=1", "--block", "--object-store-memory=100000000"],
                stdout=out,
                stderr=out,
                cwd="/",
                env={**os.environ, "PYTHONPATH": ""},
            )
        while node.poll() is None:
            if "Ray runtime started" in said.read_text("utf-8"):
                return node
            time.sleep(0.1)
    raise AssertionError(said.read_text("utf-8"))


@pytest.fixture
def shelf(write: Callable[[str, str], Path]) -> Path:
    """A folder of articles, enough for several parcels."""
    for number in range(24):
        name = f"Town{number}"
        lines = [
            f"{name} has {year} towers built by king Number{year}." for year in range(number * 90, number * 90 + 90)
        ]
        write(f"{name}.txt", f"{name}\n\n" + " ".join(lines))
    return write("fatal.txt", "A deadly article\n\nThe word lethal stands here.").parent


def held(index: OpenIndex) -> list[tuple[object, ...]]:
    """The passages of an index, under the ids they have."""
    ids = index.catalogue.passage_ids().tolist()
    found = index.catalogue.passages(ids)
    return [(each, found[each].article_id, found[each].sentences) for each in ids]


def assert_same(index: OpenIndex, alone: OpenIndex) -> None:
    """The same passages under the same ids, with the same vectors, and the same hits."""
    assert held(index) == held(alone)
    ids = index.catalogue.passage_ids().tolist()
    ours, theirs = (each.retriever.snapshot.kept(ids) for each in (index, alone))
    assert list(ours) == list(theirs) == ids
    for passage in ids:
        np.testing.assert_allclose(ours[passage][0], theirs[passage][0], atol=1e-3)
        np.testing.assert_array_equal(ours[passage][1], theirs[passage][1])
    for question in ("towers of Town7", "king Number300"):
        assert [hit.passage.id for hit in index.retriever.search(question, 5)] == [
            hit.passage.id for hit in alone.retriever.search(question, 5)
        ]


@pytest.fixture
def alone(tmp_path: Path, shelf: Path) -> Iterator[OpenIndex]:
    """The index of the shelf, made without any of it."""
    index = open_index(tmp_path / "alone.index", encoder=SmallEncoder())
    add(index.builder, [shelf])
    yield index
    index.close()


def test_two_nodes_make_the_same_index_though_a_reader_is_killed(
    cluster: str, shelf: Path, alone: OpenIndex, tmp_path: Path
) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    index = open_index(tmp_path / "spread.index", encoder=SmallEncoder())
    told: list[int] = []
    with spread_over(cluster, Marking(marks, deadly="lethal")) as spread:
        report = add(index.builder, [shelf], None, lambda step: told.append(step.passages), spread=spread)
    assert (report.added, report.passages) == (25, len(alone.catalogue.passage_ids()))
    assert (marks / "died").exists()
    assert len([mark for mark in marks.iterdir() if mark.name.isdigit()]) >= 2  # one died, and others went on
    assert told[-1] == report.passages
    assert_same(index, alone)
    with spread_over(cluster, Marking(marks)) as spread:
        for mark in marks.iterdir():
            mark.unlink()
        assert add(index.builder, [shelf], spread=spread).unchanged == 25
    assert list(marks.iterdir()) == []  # nothing of what is unchanged travels
    index.close()


def test_a_run_that_is_stopped_goes_on_where_it_was(
    cluster: str, shelf: Path, alone: OpenIndex, tmp_path: Path
) -> None:
    index = open_index(tmp_path / "spread.index", encoder=SmallEncoder())

    def interrupt(step: Progress) -> None:
        if step.encoded:
            raise KeyboardInterrupt

    with spread_over(cluster, SmallEncoder()) as spread:
        report = add(index.builder, [shelf], None, interrupt, spread=spread)
    assert report.was_stopped
    with spread_over(cluster, SmallEncoder()) as spread:
        again = add(index.builder, [shelf], spread=spread)
    assert report.added + again.added == 25
    assert_same(index, alone)
    index.close()


def test_what_is_wrong_with_a_model_on_another_machine_is_told(
    cluster: str, shelf: Path, opened: OpenIndex
) -> None:
    missing = LazyEncoder("small", SmallEncoder.digest, SmallEncoder, partial(find_encoder, "/no/such/model"))
    with spread_over(cluster, missing) as spread, pytest.raises(ClusterError, match="no model '/no/such/model'"):
        add(opened.builder, [shelf], spread=spread)


def test_the_command_adds_by_ray_on_this_machine_and_leaves_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "add", str(ARTICLES), "--json", "--index", str(tmp_path / "i"), "--ray"]
    with tempfile.TemporaryDirectory(prefix="t", dir="/tmp") as folder:  # the paths of sockets must be short
        environment = {**os.environ, "TMPDIR": folder}
        run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert list(Path(folder).iterdir()) == []
    assert (run.returncode, run.stderr) == (0, "")
    events = [json.loads(line) for line in run.stdout.splitlines()]
    assert events[-1]["added"] == 12
    assert running_below(folder) == []
    assert main(["ask", "Where is the Leaf built?", "--index", str(tmp_path / "i")]) == 0


def running_below(folder: str) -> list[str]:
    """The command lines of processes that name a folder, after they had a moment to end."""
    until = time.monotonic() + ENDED
    while True:
        found = []
        for each in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                if folder in (line := each.read_text("utf-8", "replace")):
                    found.append(line)
        if not found or time.monotonic() > until:
            return found
        time.sleep(0.2)


@pytest.mark.parametrize("what", ["nothing", "silence", "words"])
def test_an_address_without_a_cluster_is_told_within_seconds(
    what: str, tmp_path: Path, shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        if what == "nothing":
            server.close()
        elif what == "words":

            def speak() -> None:
                with server.accept()[0] as caller:
                    caller.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

            Thread(target=speak, daemon=True).start()
        began = time.monotonic()
        assert main(["add", str(shelf), "--index", str(tmp_path / "i"), "--ray", address]) == 3
    assert time.monotonic() - began < 60  # Ray alone takes longer; how long this takes depends on the machine
    said = capsys.readouterr().err
    assert f"there is no Ray cluster at {address}" in said
    assert "start one with: ray start --head" in said


def test_an_address_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["add", "--ray", "articles/"])
    assert "write --ray behind SOURCE" in capsys.readouterr().err


def test_without_ray_it_is_told_how_to_get_it(tmp_path: Path, shelf: Path) -> None:
    code = "import sys; sys.modules['ray'] = None; from bot.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "add", str(shelf), "--index", str(tmp_path / "i"), "--ray"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 3
    assert run.stderr.startswith("Ray is not installed; bring it with: pip install")


def test_what_travels_comes_back_as_it_was_made() -> None:
    articles = [Prepared(article(text)) for text in ("Red apples. Green pears.", " ", "word " * 100)]
    unpack(read(SmallEncoder(), [words_of(each) for each in articles]), articles)
    assert [len(each.passages) for each in articles] == [1, 0, 4]
    for each in articles:
        made = encode(SmallEncoder(), [(each.article, spans) for spans in each.passages])
        assert each.vectors is not None
        for ours, theirs in zip(each.vectors, made, strict=True):
            np.testing.assert_allclose(ours.whole, theirs.whole, atol=1e-3)
            np.testing.assert_array_equal(ours.inside, theirs.inside)
