"""The REST interface described as a plain page, from the same OpenAPI document that tools read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.render.escape import html as escaped
from bot.render.page import page

Described = Mapping[str, Any]  # OpenAPI is JSON of many shapes; each reader below takes what it knows

_EXAMPLE = (
    "curl -s http://127.0.0.1:7860/v1/ask \\\n  -H 'Content-Type: application/json' \\\n"
    '  -d \'{"question": "Where is the LEAF built?", "k": 3}\''
)


def interface_page(document: Described) -> str:
    """The page: an example, then each route with its parameters, then each form of body and answer."""
    routes = "".join(
        _route(method, path, described)
        for path, methods in document["paths"].items()
        for method, described in methods.items()
    )
    forms = "".join(_form(name, form) for name, form in sorted(document["components"]["schemas"].items()))
    body = (
        '<article class="reading interface"><h1>REST interface</h1>'
        "<p>Questions in, exact quotes out, as JSON. Tools read the same "
        'from <a href="/openapi.json">/openapi.json</a>. '
        "An error answers with its status and one sentence under <code>error</code>.</p>"
        f"<pre>{escaped(_EXAMPLE)}</pre>{routes}<h2>Forms</h2>{forms}</article>"
    )
    return page("REST interface", body)


def _route(method: str, path: str, described: Described) -> str:
    parameters = "".join(
        f"<tr><th scope=row><code>{escaped(each['name'])}</code></th><td>{escaped(_kind(each['schema']))}</td>"
        f"<td>{_prose(each)}</td></tr>"
        for each in described.get("parameters", [])
    )
    table = f"<table>{parameters}</table>" if parameters else ""
    body = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    answer = described["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema")
    takes = f"<p>Takes {escaped(_kind(body))}.</p>" if body else ""
    gives = f"<p>Gives {escaped(_kind(answer))}.</p>" if answer else ""
    return (
        f"<h2><code>{escaped(method.upper())} {escaped(path)}</code></h2>"
        f"<p>{_prose(described)}</p>"
        f"{table}{takes}{gives}"
    )


def _form(name: str, form: Described) -> str:
    rows = "".join(
        f"<tr><th scope=row><code>{escaped(field)}</code></th><td>{escaped(_kind(each))}</td>"
        f"<td>{_prose(each)}</td></tr>"
        for field, each in form.get("properties", {}).items()
    )
    return f"<h3>{escaped(name)}</h3><p>{_prose(form)}</p><table>{rows}</table>"


def _prose(described: Described) -> str:
    """The description, with what stands between backticks as code."""
    parts = escaped(" ".join(str(described.get("description", "")).split())).split(escaped("`"))
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts))


def _kind(schema: Described) -> str:
    """The type of a value in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"{_kind(schema['additionalProperties'])} by name"
    return str(schema.get("format", kind))
