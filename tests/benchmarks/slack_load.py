"""Load on the Slack app: signed events at a steady rate into a served app, and a Slack that counts the answers.

    python tests/benchmarks/slack_load.py [--rate 50] [--seconds 60] [--channels 400] [--index FOLDER]

Three processes, as it is in life: the app behind uvicorn, Slack's Web API, and the sender. Of every hundred
questions five are delivered twice (a retry) and five come as a mention and as a message. With --index the
questions go to the real Bot over that index, otherwise to one that answers at once.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Queue

import httpx

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot import Bot
from bot.slack.desk import Answering, Pace
from tests.slack_server import BOT_USER, SlackServer
from tests.slack_shelf import Shelf
from tests.slack_stage import Stage

WORDS = ("electric", "battery", "Sunderland", "Honda", "LEAF", "small", "sells", "talking")


def play_slack(pipe: Connection) -> None:
    """A process that is Slack: tells its addresses, then, when asked, what was posted."""
    slack = SlackServer(judge=False)
    pipe.send(slack.addresses)
    while pipe.recv() == "count":
        posts = slack.called("chat.postMessage")
        pipe.send([(post.body["thread_ts"], post.body["text"][:40]) for post in posts])
    slack.close()


class FarSlack:
    """The Slack of another process, as far as a Stage needs one."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.addresses = pipe.recv()

    def posts(self) -> list[tuple[str, str]]:
        """(thread, beginning of the text) of every message posted so far."""
        self._pipe.send("count")
        posts: list[tuple[str, str]] = self._pipe.recv()
        return posts


def serve(pipe: Connection, slack: object, folder: str, index: str) -> None:
    """A process that is the app; tells its address, and ends when asked."""
    stage = Stage(Path(folder), slack, pace=Pace())  # type: ignore[arg-type]  # has the addresses
    shelf: Answering = Bot.open(index, create=False) if index else Shelf()
    stage.shelf = shelf  # type: ignore[assignment]  # a Bot is more than is asked of a shelf
    with stage.served():
        pipe.send(str(stage.http.base_url))
        pipe.recv()


@contextmanager
def started(folder: str, index: str) -> Iterator[tuple[FarSlack, str]]:
    """Slack and the app, each in its process."""
    spawn = multiprocessing.get_context("spawn")
    slack_end, slack_pipe = spawn.Pipe()
    app_end, app_pipe = spawn.Pipe()
    slack_process = spawn.Process(target=play_slack, args=(slack_pipe,))
    slack_process.start()
    slack = FarSlack(slack_end)
    app = spawn.Process(target=serve, args=(app_pipe, Addressed(slack.addresses), folder, index))
    app.start()
    try:
        yield slack, app_end.recv()
    finally:
        app_end.send("end")
        app.join(30)
        slack_end.send("end")
        slack_process.join(30)


class Addressed:
    """The part of a Slack that can go to another process."""

    def __init__(self, addresses: object) -> None:
        self.addresses = addresses


def deliver(sender: Stage, rate: float, seconds: float, channels: int) -> tuple[list[str], list[float], int]:
    """Deliver events at a steady rate: the asked messages' ts, the acknowledgements' times, how many were not 200."""
    waiting: Queue[tuple[float, dict[str, object], str, int] | None] = Queue()
    asked, took, bad = [], [], [0]

    def work() -> None:
        while (job := waiting.get()) is not None:
            due, event, event_id, retry = job
            time.sleep(max(0.0, due - time.monotonic()))
            began = time.monotonic()
            said = sender.event(event, event_id=event_id, retry=retry)
            took.append(time.monotonic() - began)
            bad[0] += said.status_code != 200

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    begin, number, question = time.monotonic() + 0.2, 0, 0
    schedule = []
    while number < rate * seconds:
        channel, word = f"C{question % channels}", WORDS[question % len(WORDS)]
        event = sender.message(f"<@{BOT_USER}> {word} {question}?", kind="app_mention", channel=channel)
        due = begin + number / rate
        schedule.append((due, event, f"E{question}", 0))
        if question % 20 == 7:
            schedule.append((due + 1, event, f"E{question}", 1))
        if question % 20 == 13:
            schedule.append((due, event | {"type": "message", "channel_type": "channel"}, f"M{question}", 0))
        number += 1 + (question % 20 in (7, 13))
        asked.append(str(event["ts"]))
        question += 1
    for job in sorted(schedule, key=lambda job: job[0]):
        waiting.put(job)
    for _ in threads:
        waiting.put(None)
    for thread in threads:
        thread.join()
    return asked, took, bad[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--channels", type=int, default=400)
    parser.add_argument("--index", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, started(folder, options.index) as (slack, address):
        sender = Stage(Path(folder) / "sender", slack, slack_signing_secret="")  # type: ignore[arg-type]  # as above
        limits = httpx.Limits(max_connections=32)
        with httpx.Client(base_url=address, timeout=20, limits=limits) as sender.http:
            asked, took, bad = deliver(sender, options.rate, options.seconds, options.channels)
        ended, posts = time.monotonic(), slack.posts()
        while len({thread for thread, _ in posts}) < len(asked) and time.monotonic() - ended < 60:
            time.sleep(0.5)
            posts = slack.posts()
        drained = time.monotonic() - ended
        time.sleep(2)
        posts = slack.posts()
    counts = Counter(thread for thread, _ in posts)
    took.sort()
    busy = sum("more questions than" in text for _, text in posts)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {'Bot' if options.index else 'stand-in bot'}")
    print(f"events {len(took)} in {options.seconds:g} s, not acknowledged {bad}, questions {len(asked)}")
    lost, twice = sum(ts not in counts for ts in asked), sum(times > 1 for times in counts.values())
    print(f"lost {lost}, answered twice {twice}, told to ask again later {busy}")
    print(
        "acknowledgement p50 {:.0f} ms, p95 {:.0f} ms, p99 {:.0f} ms, max {:.0f} ms".format(
            *(1000 * took[min(len(took) - 1, int(share * len(took)))] for share in (0.5, 0.95, 0.99, 1.0))
        )
    )
    print(f"last answer {drained:.1f} s after the last event")
    return 0


if __name__ == "__main__":
    sys.exit(main())
