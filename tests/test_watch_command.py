"""`python -m bot watch` as a person runs it: lines, the list, Ctrl-C, and the same beside a server."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

import httpx

from tests.site import serving

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "PYTHONUNBUFFERED": "1"}


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], Callable[[], str]]]:
    """A command at work, and what it has said so far; it is ended with Ctrl-C, and must end well."""
    said = folder / "said.txt"
    with said.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments], cwd=folder, env=ENVIRONMENT, stdout=file, stderr=file
        )
    try:
        yield process, lambda: said.read_text("utf-8", "replace")
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0, said.read_text()


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def until(is_so: Callable[[], bool], said: Callable[[], str]) -> None:
    deadline = time.monotonic() + 180
    while not is_so():
        assert time.monotonic() < deadline, said()
        time.sleep(0.05)


def test_a_folder_is_watched_listed_and_taken_off_the_list(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text("Apples\n\nApples from the orchard are red.")
    assert "make one and watch at once" in run(tmp_path, "watch", "--list").stderr
    with started(tmp_path, "watch", "news", "--every", "20m") as (_, said):
        until(lambda: "news: added 1" in said(), said)
        (tmp_path / "news" / "a.txt").write_text("Apples\n\nApples from the orchard are green.")
        until(lambda: "news: updated 1" in said(), said)
        second = run(tmp_path, "watch")
        assert (second.returncode, "in step already" in second.stderr) == (3, True)
    assert said().rstrip().endswith("stopped; what is in is kept")
    (listed,) = map(json.loads, run(tmp_path, "watch", "--list", "--json").stdout.splitlines())
    assert (listed["source"], listed["kind"], listed["every"]) == (str(tmp_path / "news"), "folder", 1200)
    assert run(tmp_path, "watch", "--once").returncode == 0
    added = run(tmp_path, "watch", "--add", "https://example.com/feed", "--every", "6h")
    assert added.stdout == "on the list: https://example.com/feed, every 6h\n"
    often = run(tmp_path, "watch", "--add", "https://example.com/feed", "--every", "10s")
    assert (often.returncode, "too often for a website" in often.stderr) == (3, True)
    assert run(tmp_path, "watch", "--remove", "news", "https://example.com/feed").returncode == 0
    assert run(tmp_path, "watch", "--list").stdout.startswith("nothing is watched")
    assert "nothing is on the list" in run(tmp_path, "watch").stderr
    assert json.loads(run(tmp_path, "list", "--json").stdout)["title"] == "Apples"


def test_a_server_keeps_its_sources_in_step_and_goes_on_answering(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with started(tmp_path, "serve", "--port", str(port), "--watch", "news") as (_, said):
        until(lambda: "news: nothing new" in said(), said)
        (tmp_path / "news" / "a.txt").write_text("Apples\n\nApples from the old orchard are red and sweet.")
        until(lambda: "news: added 1" in said(), said)
        asked = httpx.post(
            f"http://127.0.0.1:{port}/v1/ask",
            json={"question": "What are apples from the old orchard like?"},
            timeout=60,
        )
        assert asked.json()["quotes"][0]["text"] == "Apples from the old orchard are red and sweet."
        (tmp_path / "news" / "a.txt").unlink()
        until(lambda: "news: removed 1" in said(), said)
        health = httpx.get(f"http://127.0.0.1:{port}/health", timeout=60).json()
        assert (health["articles"], health["watched"], health["failing"]) == (0, 1, 0)


def test_a_server_follows_feeds_of_its_own_network_where_that_is_meant(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serving() as site:
        body = escape("<p>Apples from the orchard are red and sweet.</p>")
        item = (
            f"<item><title>Apples</title><guid isPermaLink='false'>1</guid><description>{body}</description></item>"
        )
        feed = site.put("/feed", f"<rss version='2.0'><channel><title>F</title>{item}</channel></rss>", "text/xml")
        site.put("/robots.txt", "", "text/plain")
        with started(tmp_path, "serve", "--port", str(port), "--watch", feed, "--allow-private") as (_, said):
            until(lambda: f"{feed}: added 1" in said(), said)
            # What another process puts on the list without it is refused, whatever the server may do.
            run(tmp_path, "watch", "--add", f"{site.url}/closed")
            until(lambda: "is at 127.0.0.1, which is no public address" in said(), said)
        assert "/closed" not in site.asked
