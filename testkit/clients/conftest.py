"""Where the server under test answers, and the rows that every client sends."""

import os

import numpy as np
import pytest


@pytest.fixture
def http_address():
    return os.environ["SLIPWAY_HTTP"].removeprefix("http://")


@pytest.fixture
def grpc_address():
    return os.environ["SLIPWAY_GRPC"]


@pytest.fixture
def learners():
    """Three learners as the graph's own input, and whether each needs support."""
    return np.array([[3, 40], [50, 90], [0, 0]], dtype=np.float32), [True, False, True]


@pytest.fixture
def every_kind():
    """Two rows of the model of every kind, one tensor a feature."""
    return {
        "count": np.array([7, 2**40], dtype=np.int64),
        "share": np.array([0.5, np.nan], dtype=np.float16),
        "is_new": np.array([True, False]),
        "plan": np.array(["pro", "bäsic"], dtype=np.object_),
        "image": np.arange(8, dtype=np.float32).reshape(2, 2, 2),
    }


def expect_every_kind(answer, inputs):
    """The model gives back what it was given, and an empty share as zero."""
    assert answer("count_out").dtype == np.int64
    assert answer("count_out").tolist() == inputs["count"].tolist()
    assert answer("share_out").tolist() == [0.5, 0.0]
    texts = [value.decode() if isinstance(value, bytes) else value for value in answer("plan_out").tolist()]
    assert texts == inputs["plan"].tolist()
    assert np.array_equal(answer("image_out"), inputs["image"])
