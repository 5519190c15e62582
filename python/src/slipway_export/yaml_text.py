"""A launch file as YAML text, laid out as ``slipway train`` lays it out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from .reference import plain_numbers

#: Order of the fields; a blank line between groups.
_LAYOUT = (
    ("slipway", "model", "version", "artifact", "digest", "golden", "owner", "pattern", "why"),
    ("input", "unit", "context", "output"),
    ("fallback", "slo", "monitoring", "evaluation", "rollback"),
    ("batch",),
)

#: These have a line for each of their fields; the others fit on one line.
_SPREAD = {"input", "output", "fallback", "slo", "monitoring", "rollback"}

_COMMENTS = {
    "slipway": "format version",
    "version": "1 model version",
    "owner": "8 owner",
    "pattern": "2 deployment pattern, and why",
    "input": "3 input contract, in feature order",
    "unit": "logged and hashed for assignment, never given to the model",
    "context": "logged, never given to the model",
    "output": "4 output contract",
    "fallback": "5 fallback behaviour",
    "monitoring": "6 monitoring metrics",
    "rollback": "7 rollback procedure",
}

_COMMENT_COLUMN = 36
_PAD_MAX = 32

#: Words that YAML reads as something else than text; numbers begin with a digit, which plain text here never does.
_NOT_TEXT = {"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"}
_WORDS = r"[A-Za-z_](?:[A-Za-z0-9_./%@+;,()-]|:(?=\S)| (?=[A-Za-z0-9_(]))*"
_WORD = r"[A-Za-z_][A-Za-z0-9_./%@+-]*"
_VERSION_OR_QUANTITY = r"[0-9]+\.[0-9]+\.[0-9][0-9A-Za-z.+-]*|[0-9]+(?:ms|[smhd%])"
_PLAIN = re.compile(f"{_WORDS}|{_VERSION_OR_QUANTITY}")
_BARE_IN_FLOW = re.compile(f"{_WORD}|{_VERSION_OR_QUANTITY}")


def write_launch(file: Mapping[str, Any]) -> str:
    """The launch file as text: one line a field, and comments that number the eight facts."""
    lines: list[str] = []
    for group in _LAYOUT:
        written = [line for name in group if name in file for line in _field_lines(name, file[name])]
        if written and lines:
            lines.append("")
        lines += written
    return "\n".join(lines) + "\n"


def _field_lines(name: str, value: Any) -> list[str]:
    if name not in _SPREAD:
        return [_with_comment(f"{name}: {_block(value)}", name)]
    keys = [f"{_key(key, _PLAIN)}:" for key in value]
    width = min(_PAD_MAX, max(len(key) for key in keys))
    inside = [f"  {key.ljust(width)} {_block(part)}" for key, part in zip(keys, value.values())]
    return [_with_comment(f"{name}:", name), *inside]


def _with_comment(line: str, name: str) -> str:
    comment = _COMMENTS.get(name)
    return line if comment is None else f"{line.ljust(_COMMENT_COLUMN - 1)} # {comment}"


def _block(value: Any) -> str:
    """A value on one line; text outside braces needs fewer quotes."""
    return _flow(value) if isinstance(value, (Mapping, list, tuple)) else _scalar(value, _PLAIN)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(key, _BARE_IN_FLOW)}: {_flow(part)}" for key, part in value.items())
        return f"{{ {inside} }}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_flow(part) for part in value)}]"
    return _scalar(value, _BARE_IN_FLOW)


def _key(name: str, plain: re.Pattern[str]) -> str:
    """The field `on` is a name, whatever older readers of YAML take it for."""
    return name if name == "on" else _scalar(name, plain)


def _scalar(value: Any, plain: re.Pattern[str]) -> str:
    if isinstance(value, str):
        bare = plain.fullmatch(value) and value.lower() not in _NOT_TEXT and not value.endswith(":")
        return value if bare else _quoted(value)
    return json.dumps(plain_numbers(value), allow_nan=False)


def _quoted(text: str) -> str:
    """A JSON string, which is YAML on one line too; what is no printable text is escaped."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in written)
