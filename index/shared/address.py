"""The address of Milvus, looked at before anything is asked there."""

from __future__ import annotations

import re

from index.errors import SettingError


def check_uri(uri: str) -> str:
    """The address, when it is one. Raises SettingError for any other, without what may be secret in it."""
    if uri.endswith(".db") and "://" not in uri:
        return uri
    if re.fullmatch(r"https?://[^\s/@]+(/[^\s@]*)?", uri):
        return uri
    shown = re.sub(r"//[^/]*@", "//…@", uri)
    raise SettingError(
        f"the address of Milvus is {shown!r}, expected http://HOST:19530, or the path of a file that ends in .db for "
        "Milvus Lite; give it with --milvus-uri, and a token in PULLQUOTE_MILVUS_TOKEN"
    )
