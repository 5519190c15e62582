"""Writes golden numbers: what another tool computed, as JSON that the tests and the docs read.

A file holds the sets of one tool; testkit/src/goldens.ts says what each field means.
"""

import json
import math
from importlib.metadata import version
from pathlib import Path


class GoldenFile:
    """Collects sets of one installed tool, and writes NAME.json into the folder."""

    def __init__(self, tool, tool_version=None):
        self.tool = tool
        self.version = tool_version or version(tool)
        self.sets = []

    def add(self, id, quantity, function, parameters, arguments, compute):
        """Calls `compute` with each tuple of `arguments`."""
        cases = [{"arguments": [plain(each) for each in case], "value": plain(compute(*case))} for case in arguments]
        self.sets.append(
            {"id": id, "quantity": quantity, "function": function, "parameters": list(parameters), "cases": cases}
        )

    def write(self, folder):
        """One case a line, so that a change of one number is a change of one line."""
        path = Path(folder) / f"{self.tool}.json"
        parts = [self.set_text(each) for each in self.sets]
        head = f'{{\n  "tool": {json.dumps(self.tool)},\n  "version": {json.dumps(self.version)},\n  "sets": [\n'
        path.write_text(head + ",\n".join(parts) + "\n  ]\n}\n")
        return path

    def set_text(self, each):
        fields = "".join(f'      "{key}": {json.dumps(each[key])},\n' for key in each if key != "cases")
        cases = ",\n".join(f"        {json.dumps(case, allow_nan=False)}" for case in each["cases"])
        return f'    {{\n{fields}      "cases": [\n{cases}\n      ]\n    }}'


def plain(value):
    """A number, a list of numbers, text or a truth value, of Python alone. JSON has no infinity: none may be in it."""
    if isinstance(value, (str, bool)):
        return value
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} has no place in JSON")
    return value
