"""tritonclient over HTTP: what it asks, and what it reads out of the answers."""

import numpy as np
import pytest
import tritonclient.http as triton
from conftest import expect_every_kind
from tritonclient.utils import InferenceServerException, np_to_triton_dtype


@pytest.fixture
def client(http_address):
    with triton.InferenceServerClient(http_address) as client:
        yield client


def tensor(name, values, binary=True):
    made = triton.InferInput(name, list(values.shape), np_to_triton_dtype(values.dtype))
    made.set_data_from_numpy(values, binary_data=binary)
    return made


def test_health_and_metadata(client):
    assert client.is_server_live() and client.is_server_ready()
    assert client.is_model_ready("learner-risk") and client.is_model_ready("learner-risk", "1.0.0")
    assert not client.is_model_ready("nobody") and not client.is_model_ready("learner-risk", "9")
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
    metadata = client.get_model_metadata("every-kind", "10.0.0")
    assert metadata["platform"] == "onnx_onnxv1" and metadata["versions"] == ["10.0.0"]
    assert {form["name"]: (form["datatype"], form["shape"]) for form in metadata["inputs"]} == {
        "count": ("INT64", [-1]),
        "share": ("FP64", [-1]),
        "is_new": ("BOOL", [-1]),
        "plan": ("BYTES", [-1]),
        "image": ("FP64", [-1, 2, 2]),
    }
    assert client.get_model_config("every-kind")["name"] == "every-kind"


@pytest.mark.parametrize("packing", [None, "gzip", "deflate"])
def test_binary_tensors(client, learners, packing):
    rows, needs = learners
    many = np.tile(rows, (100, 1))
    answer = client.infer(
        "learner-risk",
        [tensor("X", many)],
        request_id="q1",
        request_compression_algorithm=packing,
        response_compression_algorithm=packing,
    )
    assert answer.get_response()["id"] == "q1"
    assert answer.as_numpy("needs_support").tolist() == needs * 100
    assert answer.as_numpy("risk_score").dtype == np.float32
    assert len(set(answer.as_numpy("prediction_id").tolist())) == 300


@pytest.mark.parametrize("binary_in", [True, False])
@pytest.mark.parametrize("binary_out", [True, False])
def test_every_kind(client, every_kind, binary_in, binary_out):
    if not binary_in:
        every_kind["share"] = np.array([0.5, 0.0], dtype=np.float64)
    inputs = [tensor(name, values, binary_in) for name, values in every_kind.items()]
    names = ["image_out", "count_out", "plan_out", "share_out"]
    outputs = [triton.InferRequestedOutput(name, binary_data=binary_out) for name in names]
    answer = client.infer("every-kind", inputs, outputs=outputs, model_version="10.0.0")
    assert [output["name"] for output in answer.get_response()["outputs"]] == names
    expect_every_kind(answer.as_numpy, every_kind)


def test_several_at_once(client, learners):
    rows, needs = learners
    pending = [client.async_infer("learner-risk", [tensor("X", rows)], request_id=str(n)) for n in range(8)]
    answers = [each.get_result() for each in pending]
    assert [answer.get_response()["id"] for answer in answers] == [str(n) for n in range(8)]
    assert all(answer.as_numpy("needs_support").tolist() == needs for answer in answers)


@pytest.mark.parametrize(
    ("name", "values", "status", "says"),
    [
        ("X", np.array([[3.0, 400.0]]), "400", "quiz_score is 400"),
        ("Y", np.array([[3.0, 40.0]]), "400", '"Y"'),
        ("X", np.array([[3.0]]), "400", "2 values a row"),
        ("hours_studied", np.array([3.0]), "400", "quiz_score"),
        ("X", np.array([["a", "b"]], dtype=np.object_), "400", "takes a number"),
        ("hours_studied", np.array([2**53 + 1]), "400", "9007199254740993"),
    ],
)
def test_mistakes_are_named(client, name, values, status, says):
    with pytest.raises(InferenceServerException) as raised:
        client.infer("learner-risk", [tensor(name, values)])
    assert raised.value.status() == status and says in raised.value.message()


def test_text_that_is_not_utf8(client, every_kind):
    every_kind["plan"] = np.array([b"\xff", b"pro"], dtype=np.object_)
    with pytest.raises(InferenceServerException, match="not UTF-8"):
        client.infer("every-kind", [tensor(name, values) for name, values in every_kind.items()])


def test_unknown_models_are_404(client, learners):
    for model, version in (("nobody", ""), ("learner-risk", "9"), ("a b/c", "")):
        with pytest.raises(InferenceServerException) as raised:
            client.infer(model, [tensor("X", learners[0])], model_version=version)
        assert raised.value.status() == "404"


def test_a_request_may_be_too_late(client, learners):
    with pytest.raises(InferenceServerException) as raised:
        client.infer("learner-risk", [tensor("X", learners[0])], timeout=1)
    assert raised.value.status() == "504"


def test_statistics(client, learners):
    before = client.get_inference_statistics("learner-risk")["model_stats"][0]
    client.infer("learner-risk", [tensor("X", learners[0])])
    after = client.get_inference_statistics("learner-risk", "1.0.0")["model_stats"][0]
    assert after["inference_count"] == before["inference_count"] + 3
    assert after["inference_stats"]["success"]["count"] == before["inference_stats"]["success"]["count"] + 1
    assert after["last_inference"] > 1_700_000_000_000


def test_repository(client, learners):
    client.unload_model("learner-risk")
    states = {model["name"]: model["state"] for model in client.get_model_repository_index()}
    assert states == {"learner-risk": "UNAVAILABLE", "every-kind": "READY"}
    assert not client.is_model_ready("learner-risk") and client.is_server_ready()
    client.load_model("learner-risk")
    assert client.is_model_ready("learner-risk")
    assert client.infer("learner-risk", [tensor("X", learners[0])]).as_numpy("needs_support").tolist() == learners[1]
    with pytest.raises(InferenceServerException, match="/etc/passwd"):
        client.load_model("/etc/passwd")
    with pytest.raises(InferenceServerException, match="config"):
        client.load_model("learner-risk", config="{}")
