"""The figures of tests/benchmarks/speed.py as the tables of docs/benchmarks.md."""

from __future__ import annotations

from typing import Any

from tests.benchmarks.peers import BARE, OURS, PEERS

CLIENTS = 64
Figures = dict[str, Any]  # what is written as JSON


def markdown(figures: Figures) -> str:
    """Two tables: the ways of building an index side by side, and what was to be reached with what was measured."""
    machine = figures["machine"]
    about = "{cores} cores of {processor}, OpenVINO in {precision}, Python {python}, commit {commit}.".format(
        **machine
    )
    held = "Below the first table, an index of {articles:,} articles, {passages:,} passages.".format(
        **figures["index"]
    )
    return "\n".join([about, held, "", *_built(figures["build"]), "", *_reached(figures)])


def _built(build: Figures) -> list[str]:
    lines = [
        "| the same texts and the same model | passages a second | a question, p50 | p95 | peak memory |",
        "|---|---|---|---|---|",
    ]
    for name, each in build.items():
        versions = ", ".join(f"{package} {number}" for package, number in each["versions"].items())
        told = "{passages a second:.1f} | {question, p50 ms:.1f} ms | {question, p95 ms:.1f} ms | {peak MB:.0f} MB"
        lines.append(f"| {name} ({versions}) | {told.format(**each)} |")
    return lines


def _reached(figures: Figures) -> list[str]:
    quality, clients, question = figures["quality"], figures["clients"], figures["question"]
    build = {name: each["passages a second"] for name, each in figures["build"].items()}
    fastest = max(build[peer.name] for peer in PEERS)
    start = figures["app start to first answer, seconds"]
    memory = figures["memory of the server, MB"]
    rows = [
        ("build, times the faster peer's speed", "at least 3", f"{build[OURS.name] / fastest:.2f}"),
        ("build, share of the bare encoder's speed", "at least .80", f"{build[OURS.name] / build[BARE.name]:.2f}"),
        (
            "cosine to fp32, mean",
            "at least .997",
            "{cosine, mean:.5f}, worst {cosine, worst:.5f}".format(**quality),
        ),
        ("ClapNQ hit@1", "within .003", "{hit@1, openvino:.4f} for {hit@1, torch:.4f}".format(**quality)),
        (
            "ClapNQ R-precision",
            "within .003",
            "{R-precision, openvino:.4f} for {R-precision, torch:.4f}".format(**quality),
        ),
        ("a question end to end, p50 / p95", "10 / 20 ms", "{p50 ms:.1f} / {p95 ms:.1f} ms".format(**question)),
        ("`python -m bot ask`, cold", "under 1.5 s", f"{figures['cold ask, seconds']:.2f} s"),
        ("app start to first answer", "under 3 s", f"{start:.2f} s"),
        ("memory of the server", "under 400 MB", "{RSS:.0f} MB resident, {PSS:.0f} MB of its own".format(**memory)),
        (f"{CLIENTS} clients, times one client's rate", "at least 3", f"{clients['gain']:.2f}"),
    ]
    told = "{questions a second:.1f} questions a second, p50 {p50 ms:.0f}, p99 {p99 ms:.0f} ms, {errors} errors"
    for name, each in clients.items():
        if name != "gain":
            reach = "p99 under 1.5 s, no error" if name == str(CLIENTS) else ""
            rows.append((f"clients: {name}", reach, told.format(**each)))
    return ["| one machine | reach | measured |", "|---|---|---|", *("| " + " | ".join(row) + " |" for row in rows)]
