"""Makes models/*.onnx and models/*.json: all of them, or those whose names are given. See README.md."""

import os
import sys
import warnings
from collections.abc import Iterator

if os.environ.get("PYTHONHASHSEED") != "0":
    # The converter goes through sets of names: with another seed the same model has other bytes.
    os.execve(sys.executable, [sys.executable, "-B", *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})

import boosting_models
import linear_models
import other_models
import pipeline_models
import table_models
import tree_models
from case import Case
from write_model import write_model

warnings.simplefilter("ignore")
rooms = [linear_models, pipeline_models, table_models, tree_models, other_models, boosting_models]


def wanted(names: list[str]) -> Iterator[Case]:
    for case in (case for room in rooms for case in room.cases()):
        if not names or case.name in names:
            yield case


failed = 0
for case in wanted(sys.argv[1:]):
    try:
        print(write_model(case), flush=True)
    except Exception as trouble:
        failed += 1
        print(f"{case.name}: FAILED: {type(trouble).__name__}: {str(trouble)[:400]}", flush=True)
sys.exit(1 if failed else 0)
