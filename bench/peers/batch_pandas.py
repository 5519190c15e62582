"""What many teams score a file with: pandas and joblib.

    python batch_pandas.py make model.joblib FEATURES
    python batch_pandas.py score model.joblib IN.csv OUT.csv
"""

import sys
import time

import joblib


def make(path, features):
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    random = np.random.default_rng(1)
    x = random.uniform(-3, 3, (2000, features))
    y = random.uniform(size=2000) < 1 / (1 + np.exp(-x[:, 0] + x[:, -1]))
    joblib.dump(make_pipeline(StandardScaler(), LogisticRegression()).fit(x, y), path)


def score(path, source, target):
    """Prints seconds. Imports are not timed: a job that runs all day pays them once."""
    import pandas as pd

    started = time.perf_counter()
    model = joblib.load(path)
    data = pd.read_csv(source)
    features = [name for name in data.columns if name.startswith("f")]
    data["risk"] = model.predict_proba(data[features].to_numpy())[:, 1]
    data["need"] = data["risk"] >= 0.7
    data.to_csv(target, index=False)
    print(time.perf_counter() - started)


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], int(sys.argv[3]))
    else:
        score(*sys.argv[2:5])
