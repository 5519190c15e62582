"""Makes models/*.onnx and models/*.json. `python make_models.py` makes all, with names only those. See README.md."""

import sys
import warnings

import boosting_models
import linear_models
import other_models
import pipeline_models
import tree_models
from write_model import write_model

warnings.simplefilter("ignore")
rooms = [linear_models, pipeline_models, tree_models, other_models, boosting_models]
failed = 0
for case in (case for room in rooms for case in room.cases()):
    if len(sys.argv) > 1 and case.name not in sys.argv[1:]:
        continue
    try:
        print(write_model(case), flush=True)
    except Exception as trouble:
        failed += 1
        print(f"{case.name}: FAILED: {type(trouble).__name__}: {str(trouble)[:400]}", flush=True)
sys.exit(1 if failed else 0)
