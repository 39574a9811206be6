"""The whole of it: the Slack app over a real index, with nothing between a signed request and the quote left out."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import httpx
import uvicorn
from slack_sdk.signature import SignatureVerifier

from bot import Bot
from bot.settings import Settings
from bot.slack import slack_routes
from bot.slack.desk import Pace
from tests.slack_server import BOT_USER, SlackServer
from tests.slack_stage import SECRET
from tests.small_encoder import SmallEncoder


def test_a_real_index_is_quoted_in_slack(tmp_path: Path) -> None:
    (tmp_path / "leaf.md").write_text(
        "---\ntitle: The LEAF\nsource: Car Weekly\nurl: https://example.com/leaf\n---\n"
        "Nissan builds the LEAF electric car in Sunderland in England. The weather there is mild.\n"
    )
    slack = SlackServer()
    settings = Settings(slack_signing_secret=SECRET, slack_bot_token="xoxb-test", index=tmp_path / "a.index")
    with Bot.open(settings.index, encoder=SmallEncoder()) as bot:
        bot.add(tmp_path / "leaf.md")
        routes = slack_routes(settings, lambda: bot, pace=Pace(post_seconds=0.0), addresses=slack.addresses)
        server = uvicorn.Server(uvicorn.Config(routes, port=0, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        event = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.1", "event_ts": "1.1"}
        event["text"] = f"<@{BOT_USER}> Where does Nissan build the LEAF electric car in England?"
        body = json.dumps({"type": "event_callback", "team_id": "T0", "event_id": "Ev1", "event": event})
        stamp = str(int(time.time()))
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body) or ""
        headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": signature}
        said = httpx.post(f"http://127.0.0.1:{port}/slack/events", content=body, headers=headers)
        assert said.status_code == 200
        post = slack.wait_for("chat.postMessage")[0].body
        assert "Sunderland" in json.dumps(post["blocks"])
        assert "The LEAF" in json.dumps(post["blocks"])
        assert (tmp_path / "a.slack" / "passing.sqlite").exists()
        server.should_exit = True
        thread.join()
        routes.close()
    slack.close()
    assert slack.wrong == []
