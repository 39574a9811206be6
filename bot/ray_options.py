"""How many readers and which machines are to work on what a command takes in; nothing is done here."""

from __future__ import annotations

import argparse


def add_ray(command: argparse.ArgumentParser) -> None:
    """Let a command that encodes do it on a cluster; without the option `ray` is None."""
    command.add_argument(
        "--ray",
        nargs="?",
        const="",
        type=_address,
        metavar="HOST:PORT",
        help="encode on every core of a Ray cluster, or by Ray on this machine without an address; "
        "add alone takes it; write it last",
    )


def add_workers(command: argparse.ArgumentParser) -> None:
    """Let a command read so many files at once; 0 without the option."""
    command.add_argument(
        "--workers",
        type=_number,
        default=0,
        metavar="N",
        help="how many files are read at once (default: what suits the cores of this machine)",
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 100_000):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 100000")
    return int(text)


def _address(text: str) -> str:
    host, _, port = text.rpartition(":")
    if text and not (host and "/" not in host and port.isascii() and port.isdigit() and 1 <= int(port) <= 65_535):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not the HOST:PORT of a Ray cluster's head, such as 10.0.0.5:6379; write --ray behind SOURCE"
        )
    return text
