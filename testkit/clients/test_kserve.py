"""The inference clients of KServe, version 2 of the protocol."""

import asyncio

import httpx
import numpy as np
import pytest
from conftest import expect_every_kind
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
from tritonclient.utils import np_to_triton_dtype


@pytest.fixture
def ask(http_address):
    """Calls a method of a client that is open no longer than the call."""

    def call(method, *arguments, **options):
        async def once():
            async with InferenceRESTClient(RESTConfig(protocol="v2", retries=0)) as client:
                return await getattr(client, method)(f"http://{http_address}", *arguments, **options)

        return asyncio.run(once())

    return call


def request_of(model, tensors, binary):
    inputs = []
    for name, values in tensors.items():
        given = InferInput(name, list(values.shape), np_to_triton_dtype(values.dtype))
        given.set_data_from_numpy(values, binary_data=binary)
        inputs.append(given)
    return InferRequest(model_name=model, infer_inputs=inputs, request_id="q")


def test_health(ask):
    assert ask("is_server_live") is True
    assert ask("is_server_ready") is True
    assert ask("is_model_ready", "learner-risk") is True
    assert ask("is_model_ready", "nobody") is False


@pytest.mark.parametrize("binary", [True, False])
def test_infer(ask, every_kind, binary):
    if not binary:
        every_kind["share"] = np.array([0.5, 0.0], dtype=np.float64)
    answer = ask("infer", request_of("every-kind", every_kind, binary), model_name="every-kind")
    outputs = {output.name: output.as_numpy() for output in answer.outputs}
    assert answer.id == "q" and answer.model_name == "every-kind"
    expect_every_kind(outputs.__getitem__, every_kind)


def test_a_mistake_is_told(ask, learners):
    with pytest.raises(httpx.HTTPStatusError, match="hours_studied is 300") as raised:
        ask("infer", request_of("learner-risk", {"X": learners[0] * 100}, True), model_name="learner-risk")
    assert raised.value.response.status_code == 400
