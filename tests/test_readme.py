"""What the README and the documentation say is so: their code runs and prints what they show."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.cli import COMMANDS
from tests.conftest import ARTICLES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PAGES = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the sample articles where the README expects them."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ARTICLES, folder / "docs" / "articles")
    return folder


def environment() -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "88",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }


def test_the_terminal_example_prints_what_it_shows(place: Path) -> None:
    (session, *_) = blocks(README, "console")
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE):
        run = subprocess.run(
            ["bash", "-c", command],
            cwd=place,
            env=environment(),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert run.stdout == shown, run.stderr


def test_the_python_examples_run_and_print_what_they_show(place: Path) -> None:
    (shown,) = blocks(README, "text")
    for number, code in enumerate(blocks(README, "python") + blocks(PAGES["python.md"], "python")):
        run = subprocess.run(
            [sys.executable, "-W", "error::ResourceWarning", "-c", code],
            cwd=place,
            env=environment(),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert run.returncode == 0, run.stderr
        assert number or run.stdout == shown


@contextlib.contextmanager
def app(place: Path) -> Iterator[str]:
    """`python app.py` as a newcomer starts it, on a free port, until it has answered for its health."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    started = subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), "--port", str(port)], cwd=place, env=environment()
    )
    try:
        until = time.monotonic() + 240
        while time.monotonic() < until and started.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                health = httpx.get(f"http://127.0.0.1:{port}/health", timeout=30)
                if health.status_code == 200 and health.json()["articles"]:
                    break
            time.sleep(0.3)
        yield f"http://127.0.0.1:{port}"
    finally:
        started.send_signal(signal.SIGINT)  # Ctrl-C
        assert started.wait(30) == 0


def test_the_http_example_gives_what_it_shows(place: Path) -> None:
    curl = shlex.split(blocks(README, "console")[1].removeprefix("$ "))
    (shown,) = (json.loads(block) for block in blocks(README, "json"))
    with app(place) as address:
        url = next(part for part in curl if part.startswith("http")).replace("http://127.0.0.1:7860", address)
        body = curl[curl.index("-d") + 1]
        answer = httpx.post(url, content=body, headers={"content-type": "application/json"}, timeout=60).json()
    (quote,) = answer["quotes"]
    said = {**shown["quotes"][0]}
    assert {key: quote[key] for key in said} == said
    assert answer["answered"] is shown["answered"] is True


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    assert len(README.splitlines()) < 150
    for name, text in {"README.md": README, **{f"docs/{page}": text for page, text in PAGES.items()}}.items():
        for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text):
            assert ((ROOT / name).parent / link).exists(), f"{name} links to {link}"


def test_ci_runs_the_readmes_own_test_command() -> None:
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "pip install -r requirements.txt && python -m pytest" in README
    assert "-r requirements.txt" in ci
    assert ci.rstrip().splitlines()[-1] == "python -m pytest"


def test_every_command_and_setting_is_documented() -> None:
    everything = "\n".join([README, *PAGES.values()])
    assert [
        command for command in COMMANDS if f"`{command}" not in everything and f"bot {command}" not in everything
    ] == []
    settings = (ROOT / "bot" / "settings.py").read_text("utf-8")
    fields = re.findall(r"^    ([a-z_]+): [^=\n]+ = ", settings, re.MULTILINE)
    names = [f.upper() if f.startswith("slack_") else f"PULLQUOTE_{f.upper()}" for f in fields]
    assert [name for name in names if name not in everything] == []
