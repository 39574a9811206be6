"""The settings of the running program; the only reader of os.environ, and it never shows a secret."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from index import SettingError

QUESTION_LIMIT = 2_000
"""The longest question that is accepted, in characters."""

BODY_LIMIT = 64 * 1024
"""The largest request body that is accepted where nothing is uploaded, in bytes."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the program was told. Every field can be set by an option or by PULLQUOTE_<FIELD> in the environment.

    Secrets come from the environment only and are left out of `repr`.
    """

    index: Path = Path("articles.index")
    database: str = field(default="", repr=False)
    """`postgresql://user:password@host/database`, where the catalogue is when it is not in the index folder."""
    model: str = ""
    backend: str = "auto"
    """What runs the model: auto, openvino or torch."""
    device: str = "cpu"
    """Where torch runs it, such as cuda."""
    reranker: str = ""
    """The folder of a cross-encoder that puts the first hits in a new order; empty for none."""
    store: str = "faiss"
    """What finds passages: faiss, files in the index, or milvus."""
    milvus_uri: str = ""
    """Where Milvus is: http://HOST:19530, or the path of a file that ends in .db for Milvus Lite."""
    milvus_token: str = field(default="", repr=False)
    """`name:password` or a key, where Milvus asks for one."""
    cache: Path = Path()
    """The folder of models converted for OpenVINO; `.` for the user's cache folder."""
    host: str = "127.0.0.1"
    port: int = 7860
    hosts: tuple[str, ...] = ()
    """Host names, beyond loopback and `host`, under which the web app may be reached."""
    insecure: bool = False
    """Serve beyond loopback although nobody has to log in."""
    read_only: bool = False
    """No articles can be brought in or removed through the web."""
    upload_limit: int = 64
    """The most megabytes of articles that one request may bring in."""
    allow_private: bool = False
    """Addresses that are brought in through the web, or watched, may lead to this machine and its network."""
    watch: tuple[str, ...] = ()
    """Sources that `serve` puts on the list of what is kept in step."""
    auth: str = field(default="", repr=False)
    """`name:password`, asked of everyone who opens the web app."""
    slack_signing_secret: str = field(default="", repr=False)
    slack_bot_token: str = field(default="", repr=False)
    slack_app_token: str = field(default="", repr=False)
    """`xapp-...`: connect to Slack in Socket Mode instead of waiting for its requests."""
    slack_client_id: str = ""
    """With `slack_client_secret`: any number of workspaces install the app themselves."""
    slack_client_secret: str = field(default="", repr=False)
    slack_channels: tuple[str, ...] = ()
    """The ids of the only channels the bot answers in; empty for every channel it is invited to."""
    slack_store: Path = Path()
    """The folder of what the Slack app remembers; `.` for one beside the index, named after it."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Settings from PULLQUOTE_* (and SLACK_SIGNING_SECRET, SLACK_BOT_TOKEN, SLACK_APP_TOKEN) variables.

        Raises SettingError for a value that cannot be used.
        """
        source = os.environ if environ is None else environ
        given: dict[str, object] = {}
        for each in fields(cls):
            name = each.name.upper() if each.name.startswith("slack_") else f"PULLQUOTE_{each.name.upper()}"
            if (text := source.get(name, "").strip()) != "":
                given[each.name] = _parsed(name, text, each.default)
        return cls(**given)  # type: ignore[arg-type]  # each value has the type of its field's default


def _parsed(name: str, text: str, default: object) -> object:
    """`text` as a value of the type of `default`."""
    if isinstance(default, bool):
        if text.lower() not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
            raise SettingError(f"{name} is {text!r}, expected yes or no")
        return text.lower() in ("1", "true", "yes", "on")
    if isinstance(default, int):
        if not text.isascii() or not text.isdigit() or int(text) > 65_535:
            raise SettingError(f"{name} is {text!r}, expected a whole number from 0 to 65535")
        return int(text)
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if isinstance(default, Path):
        return Path(text)
    return text


def silence_ray() -> None:
    """Make Ray send nothing home and say nothing here; it reads its switches when it is imported."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_BACKEND_LOG_LEVEL"] = "fatal"
    os.environ["RAY_ENABLE_AUTO_CONNECT"] = "0"  # it would start again by itself after it was ended
    os.environ["RAY_ROTATION_MAX_BYTES"] = "1000000"  # for each of its log files, which are gone at the end
    os.environ["RAY_ROTATION_BACKUP_COUNT"] = "1"


def silence_gradio() -> None:
    """Make Gradio send nothing home; it reads its switches from the environment when it is imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
