"""What many teams serve a scikit-learn model with: FastAPI, pydantic and joblib. One worker of uvicorn.

    python fastapi_app.py train model.joblib
    python fastapi_app.py serve model.joblib PORT
"""

import sys

import joblib


def train(path):
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    random = np.random.default_rng(1)
    hours, score = random.uniform(0, 40, 5000), random.uniform(0, 100, 5000)
    needed = random.uniform(size=5000) < 1 / (1 + np.exp(0.1 * hours + 0.06 * score - 5))
    joblib.dump(LogisticRegression().fit(np.column_stack([hours, score]), needed), path)


def serve(path, port):
    import uuid
    from typing import Optional

    import uvicorn
    from fastapi import FastAPI
    from pydantic import BaseModel, Field

    model = joblib.load(path)
    app = FastAPI()

    class Learner(BaseModel):
        hours_studied: float = Field(ge=0, le=168)
        quiz_score: float = Field(ge=0, le=100)
        learner_id: Optional[str] = None
        cohort: Optional[str] = None
        mentor_id: Optional[str] = None

    @app.post("/predict")
    def predict(learner: Learner):
        score = float(model.predict_proba([[learner.hours_studied, learner.quiz_score]])[0, 1])
        return {
            "risk_score": score,
            "needs_support": score >= 0.7,
            "thresholds": {"needs_support": 0.7},
            "prediction_id": str(uuid.uuid4()),
            "model": "learner-risk",
            "version": "1.0.0",
        }

    uvicorn.run(app, host="127.0.0.1", port=port, workers=1, access_log=False, log_level="warning")


if __name__ == "__main__":
    if sys.argv[1] == "train":
        train(sys.argv[2])
    else:
        serve(sys.argv[2], int(sys.argv[3]))
