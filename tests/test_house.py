"""The house keeps its shape: imports run downward only, and a foreign library has one room."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = sorted([ROOT / "app.py", *(ROOT / "bot").rglob("*.py"), *(ROOT / "index").rglob("*.py")])

# Lower floors first; a module may import from its own floor and from those below, never in a circle.
FLOORS = tuple(
    tuple(f"{package}.{room}" for room in rooms.split()) if package else (rooms,)
    for package, rooms in (
        (
            "index",
            "article ports errors split fuse significance origin changes recipe language addresses freshness "
            "digests known mapped in_turn",
        ),
        ("index", "inside encoding ahead marks prepared instalment twins rebuilding"),
        (
            "index",
            "tokens pooling together sentence_encoder openvino_model torch_model connect robots fetch evaluate "
            "collection",
        ),
        ("index", "manifest"),
        ("index", "checked"),
        (
            "index",
            "lazy tables upsert migrations silence database verdict stored listing catalogue generation convert "
            "converted encode stores",
        ),
        ("index", "readers ledger sitemap"),
        (
            "index",
            "write_lock copying counting dense lexical snapshot derive shared tending rerank seen arrivals standing "
            "sources",
        ),
        (
            "index",
            "retriever builder travel spread spread_readers spread_start pipeline tally run intake following opened "
            "inspect",
        ),
        ("index", "watching migrating"),
        ("", "index"),
        ("bot", "answer brought sent settings style words form cues judge measures offtopic period order"),
        (
            "bot",
            "facets window narrow spans features candidates confidence widen echo calibrate digest feedback "
            "feedback_export",
        ),
        ("bot", "contribution quote render conversation reading recall report shelf said"),
        ("bot", "further"),
        ("bot", "onward"),
        ("bot", "bot"),
        ("", "bot"),
        (
            "bot",
            "outcome bringing guard login opening opened sampling asking rest receiving "
            "versions pages library evaluation progress turnstile keeping meter noting",
        ),
        ("bot", "narrowing onward_routes again"),
        ("bot", "chat slack"),
        (
            "bot",
            "web outgoing examining feedback_options slack_options store_options ray_options watching watch_options "
            "watch_lines migration",
        ),
        ("bot", "options"),
        ("bot", "commands"),
        ("bot", "cli"),
        ("bot", "__main__"),
        ("", "app"),
    )
)
ONE_ROOM = {
    "alembic": "index/migrations/",
    "faiss": "index/stores/faiss",
    "docx": "index/readers/docx.py",
    "feedparser": "index/readers/feed.py",
    "gradio": "bot/chat/",
    "httpx": "index/fetch.py",
    "mwparserfromhell": "index/readers/mediawiki.py",
    "openvino": "index/openvino_model.py",
    "ray": "index/spread",
    "sentence_transformers": "index/torch_model.py",
    "slack_bolt": "bot/slack/app.py",
    "psycopg": "index/silence.py",
    "py3langid": "index/language.py",
    "pyarrow": "index/readers/parquet.py",
    "pymilvus": "index/shared/milvus.py",
    "pypdfium2": "index/readers/pdf.py",
    "sentencex": "index/split.py",
    "tantivy": "index/lexical.py",
    "tokenizers": "index/tokens.py",
    "trafilatura": "index/readers/webpage.py",
    "warcio": "index/readers/warc.py",
    "watchfiles": "index/watching/folders.py",
}
HEAVY = (
    "alembic",
    "torch",
    "transformers",
    "sentence_transformers",
    "faiss",
    "gradio",
    "trafilatura",
    "slack_bolt",
    "pymilvus",
)


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> Iterator[str]:
    """The full names of all modules that a file imports, wherever in it they stand."""
    modules = {name_of(each) for each in SOURCES}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                below = f"{node.module}.{alias.name}"
                yield below if below in modules else node.module


IMPORTS = {name_of(path): sorted(set(imported(path))) for path in SOURCES}


def floor_of(module: str) -> int | None:
    """The floor of a module of ours, or of the nearest package around it that has one; None for a foreign one."""
    parts = module.split(".")
    if parts[0] not in ("bot", "index", "app"):
        return None
    for rooms in range(len(parts), 1, -1):
        for number, floor in enumerate(FLOORS):
            if ".".join(parts[:rooms]) in floor:
                return number
    return next((number for number, floor in enumerate(FLOORS) if module in floor), None)


def test_every_room_has_a_floor() -> None:
    assert [module for module in IMPORTS if floor_of(module) is None] == []


def test_there_is_a_house() -> None:
    assert len(SOURCES) > 40
    assert "index.article" in IMPORTS["index.catalogue"]


def test_imports_run_downward_only() -> None:
    climbing = [
        f"{module} imports {other}"
        for module, others in IMPORTS.items()
        for other in others
        if (high := floor_of(other)) is not None and (low := floor_of(module)) is not None and high > low
    ]
    assert climbing == []


def test_there_is_no_circle() -> None:
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join([*path, module])
        if module not in done and module in IMPORTS:
            for other in IMPORTS[module]:
                visit(other, (*path, module))
            done.add(module)

    for module in IMPORTS:
        visit(module, ())


def test_index_never_heard_of_bot() -> None:
    assert [
        m for m, others in IMPORTS.items() if m.startswith("index") and any(o.startswith("bot") for o in others)
    ] == []


def test_bot_knows_only_the_face_of_index() -> None:
    inside = [
        f"{module} imports {other}"
        for module, others in IMPORTS.items()
        for other in others
        if module.split(".")[0] in ("bot", "app") and other.startswith("index.")
    ]
    assert inside == []


def test_chat_and_slack_never_meet() -> None:
    chat = [
        o for m, others in IMPORTS.items() if m.startswith("bot.chat") for o in others if o.startswith("bot.slack")
    ]
    slack = [
        o for m, others in IMPORTS.items() if m.startswith("bot.slack") for o in others if o.startswith("bot.chat")
    ]
    assert chat + slack == []


def test_a_foreign_library_has_one_room() -> None:
    for library, room in ONE_ROOM.items():
        users = [
            path.relative_to(ROOT).as_posix()
            for path in SOURCES
            if any(other.split(".")[0] == library for other in IMPORTS[name_of(path)])
        ]
        assert users, library
        assert [user for user in users if not user.startswith(room)] == [], library


def test_only_settings_reads_the_environment() -> None:
    readers = [
        path.name
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb", "putenv")
    ]
    assert set(readers) == {"settings.py"}


def test_importing_bot_or_index_loads_nothing_heavy() -> None:
    code = f"import sys, bot, index; print([m for m in {HEAVY!r} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.strip() == "[]"


def test_rooms_stay_small() -> None:
    assert [p.name for p in SOURCES if len(p.read_text("utf-8").splitlines()) > 260] == []
