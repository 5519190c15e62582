"""An ONNX model behind FastAPI, as many teams serve one: a route that calls ONNX Runtime. One worker of uvicorn.

    python fastapi_onnx.py model.onnx FEATURE[,FEATURE...] PORT
"""

import sys

import numpy as np
import onnxruntime
import uvicorn
from fastapi import FastAPI
from pydantic import create_model

path, features, port = sys.argv[1], sys.argv[2].split(","), int(sys.argv[3])

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name
Record = create_model("Record", **{feature: (float, ...) for feature in features})

app = FastAPI()


@app.post("/predict")
def predict(record: Record):
    row = np.array([[getattr(record, feature) for feature in features]], dtype=np.float32)
    answers = session.run(None, {name: row})
    return {"y": np.ravel(answers[-1])[-1].item()}


uvicorn.run(app, host="127.0.0.1", port=port, workers=1, access_log=False, log_level="warning")
