"""Puts a page together: one HTML file with its style, scripts and data inside, which opens without a network."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

ASSETS = files("toytrans.page") / "assets"
MODEL_SCRIPTS = ("specialTokens.js", "tensors.js", "transformer.js", "search.js")
"""The model in JavaScript, as `toytrans.model` and `toytrans.decoding` have it in NumPy."""
TEXT_SCRIPTS = (
    "spelling.js",
    "words.js",
    "sentences.js",
    "questions.js",
    "contractions.js",
    "marks.js",
    "reading.js",
    "encoded.js",
    "wordTokenizer.js",
    "subwordTokenizer.js",
)
"""How text becomes tokens, as in `toytrans.text`."""
MAP_SCRIPTS = ("attentionMap.js", "labels.js", "warnings.js", "translator.js")
"""The record of a translation and its attention."""
VIEWER_SCRIPTS = (
    "pageData.js",
    "dom.js",
    "app.js",
    "controls.js",
    "linesPanel.js",
    "gridPanel.js",
    "headsPanel.js",
    "stepsPanel.js",
    "insidePanel.js",
    "hiddenPanel.js",
    "comparePanel.js",
    "learningPanel.js",
    "tablePanel.js",
    "saving.js",
    "main.js",
)
"""What people see and touch."""
SCRIPTS = (*MODEL_SCRIPTS, *TEXT_SCRIPTS, *MAP_SCRIPTS, *VIEWER_SCRIPTS)


def fill_page(document: Mapping[str, Any], weights: str = "") -> str:
    """The skeleton of the page with its style, its scripts and its data put in; `weights` are those of its model.

    The security policy names the hash of each script and of the style: nothing else may run, and nothing may be
    loaded.
    """
    style, scripts = asset("page.css"), [asset(name) for name in SCRIPTS]
    policy = f"default-src 'none'; script-src {_hashes(scripts)}; style-src {_hashes([style])}; img-src data: blob:"
    parts = {
        "policy": f"{policy}; base-uri 'none'; form-action 'none'",
        "style": style,
        "data": _inert(document),
        "weights": weights,
        "scripts": "\n".join(f"<script>{script}</script>" for script in scripts),
    }
    # The skeleton is cut once, so that a place named in a sentence stays text.
    skeleton, *rest = re.split(r"\{\{(\w+)\}\}", asset("page.html"))
    return skeleton + "".join(parts[name] + after for name, after in zip(rest[::2], rest[1::2], strict=True))


def asset(name: str) -> str:
    """The text of one of the page's own files."""
    return (ASSETS / name).read_text(encoding="utf-8")


def _inert(document: Mapping[str, Any]) -> str:
    """JSON in which no text can end the block that holds it."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _hashes(contents: Iterable[str]) -> str:
    digests = (base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() for content in contents)
    return " ".join(f"'sha256-{digest}'" for digest in digests)
