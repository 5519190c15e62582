"""One sample for all tests: people with numbers, integers, truth values, texts, and values that are missing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

# Models of a few trees are fitted faster by one thread. Read when a library is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import pytest  # noqa: E402

ROWS = 240
NUMBERS = ["age", "fare paid"]
TEXTS = ["sex", "port"]


def make_people(seed: int = 7) -> Any:
    random = np.random.default_rng(seed)
    people = pd.DataFrame(
        {
            "age": random.normal(40, 12, ROWS).round(1),
            "fare paid": random.lognormal(3, 1, ROWS),
            "siblings": random.integers(0, 5, ROWS),
            "is_adult": random.random(ROWS) > 0.3,
            "sex": random.choice(["male", "female"], ROWS),
            "port": random.choice(["S", "C", "Q"], ROWS),
        }
    )
    people.loc[random.random(ROWS) < 0.1, "age"] = np.nan
    people.loc[random.random(ROWS) < 0.1, "port"] = np.nan
    return people


def make_outcome(people: Any, seed: int = 8) -> Any:
    random = np.random.default_rng(seed)
    lean = (people["sex"] == "female") * 1.0 + (people["age"].fillna(30) < 35) * 0.6
    return (lean + random.normal(size=ROWS) * 0.4 > 0.9).to_numpy()


@pytest.fixture(scope="session")
def people() -> Any:
    return make_people()


@pytest.fixture(scope="session")
def outcome(people: Any) -> Any:
    return make_outcome(people)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "exported"
