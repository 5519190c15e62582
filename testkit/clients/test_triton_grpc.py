"""tritonclient over gRPC."""

import queue

import grpc
import numpy as np
import pytest
import tritonclient.grpc as triton
from conftest import expect_every_kind
from tritonclient.grpc import service_pb2, service_pb2_grpc
from tritonclient.utils import InferenceServerException, np_to_triton_dtype


@pytest.fixture
def client(grpc_address):
    with triton.InferenceServerClient(grpc_address) as client:
        yield client


def tensor(name, values):
    made = triton.InferInput(name, list(values.shape), np_to_triton_dtype(values.dtype))
    made.set_data_from_numpy(values)
    return made


def test_health_and_metadata(client):
    assert client.is_server_live() and client.is_server_ready()
    assert client.is_model_ready("learner-risk", "1.0.0") and not client.is_model_ready("nobody")
    assert client.get_server_metadata().name == "slipway"
    metadata = client.get_model_metadata("every-kind")
    assert [(form.name, form.datatype, list(form.shape)) for form in metadata.inputs][4] == ("image", "FP64", [-1, 2, 2])
    config = client.get_model_config("every-kind").config
    assert config.platform == "onnx_onnxv1" and list(config.input[4].dims) == [-1, 2, 2]


@pytest.mark.parametrize("packing", [None, "gzip"])
def test_raw_tensors(client, every_kind, packing):
    inputs = [tensor(name, values) for name, values in every_kind.items()]
    answer = client.infer("every-kind", inputs, model_version="10.0.0", request_id="q", compression_algorithm=packing)
    assert answer.get_response().id == "q"
    expect_every_kind(answer.as_numpy, every_kind)


def test_typed_contents(grpc_address, every_kind):
    message = service_pb2.ModelInferRequest(model_name="every-kind")
    fields = {"count": "int64_contents", "share": "fp32_contents", "is_new": "bool_contents", "plan": "bytes_contents"}
    every_kind["share"] = np.array([0.5, 0.0], dtype=np.float32)
    for name, values in every_kind.items():
        given = message.inputs.add(name=name, datatype=np_to_triton_dtype(values.dtype), shape=values.shape)
        flat = [text.encode() for text in values] if name == "plan" else values.flatten().tolist()
        getattr(given.contents, fields.get(name, "fp32_contents")).extend(flat)
    with grpc.insecure_channel(grpc_address) as channel:
        answer = service_pb2_grpc.GRPCInferenceServiceStub(channel).ModelInfer(message)
    assert not answer.raw_output_contents
    outputs = {output.name: output.contents for output in answer.outputs}
    assert list(outputs["count_out"].int64_contents) == every_kind["count"].tolist()
    assert [text.decode() for text in outputs["plan_out"].bytes_contents] == every_kind["plan"].tolist()
    assert list(outputs["image_out"].fp32_contents) == every_kind["image"].flatten().tolist()


def test_outputs_of_choice(client, learners):
    rows, needs = learners
    outputs = [triton.InferRequestedOutput("needs_support")]
    answer = client.infer("learner-risk", [tensor("X", rows)], outputs=outputs)
    assert [output.name for output in answer.get_response().outputs] == ["needs_support"]
    assert answer.as_numpy("needs_support").tolist() == needs


def test_errors_have_their_status(client, learners):
    rows, _ = learners
    cases = [
        ("learner-risk", tensor("X", rows * 100), {}, "INVALID_ARGUMENT"),
        ("learner-risk", tensor("Y", rows), {}, "INVALID_ARGUMENT"),
        ("nobody", tensor("X", rows), {}, "NOT_FOUND"),
        ("learner-risk", tensor("X", np.zeros((10_001, 2), dtype=np.float32)), {}, "RESOURCE_EXHAUSTED"),
        ("learner-risk", tensor("X", rows), {"timeout": 1}, "DEADLINE_EXCEEDED"),
        ("learner-risk", tensor("X", rows), {"client_timeout": 0.000001}, "DEADLINE_EXCEEDED"),
    ]
    for model, given, options, status in cases:
        with pytest.raises(InferenceServerException) as raised:
            client.infer(model, [given], **options)
        assert raised.value.status() == f"StatusCode.{status}", (model, options)
    with pytest.raises(InferenceServerException) as raised:
        client.get_trace_settings()
    assert raised.value.status() == "StatusCode.UNIMPLEMENTED"


def test_contradictions(grpc_address):
    def asks(**changes):
        message = service_pb2.ModelInferRequest(model_name="learner-risk")
        given = message.inputs.add(name="X", datatype="FP32", shape=[1, 2])
        given.contents.fp32_contents.extend(changes.get("contents", [3, 40]))
        given.contents.int_contents.extend(changes.get("stray", []))
        message.raw_input_contents.extend(changes.get("raw", []))
        with grpc.insecure_channel(grpc_address) as channel:
            return service_pb2_grpc.GRPCInferenceServiceStub(channel).ModelInfer(message)

    assert len(asks().outputs) == 3
    for changes in ({"contents": [3]}, {"raw": [b"12345678"]}, {"stray": [1]}, {"contents": [], "raw": [b"1"] * 2}):
        with pytest.raises(grpc.RpcError) as raised:
            asks(**changes)
        assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT
        codes = dict(raised.value.trailing_metadata())
        assert codes["slipway-code"] in ("TENSOR_INVALID", "INFER_REQUEST_INVALID")


def test_a_stream_goes_on_after_an_error(client, learners):
    rows, needs = learners
    answers = queue.Queue()
    client.start_stream(lambda result, error: answers.put((result, error)))
    for n, given in enumerate((rows, rows * 100, rows)):
        client.async_stream_infer("learner-risk", [tensor("X", given)], request_id=str(n))
    read = [answers.get(timeout=10) for _ in range(3)]
    client.stop_stream()
    assert [error is None for _, error in read] == [True, False, True]
    assert [result.get_response().id for result, error in read if error is None] == ["0", "2"]
    assert read[2][0].as_numpy("needs_support").tolist() == needs


def test_statistics_and_repository(client, learners):
    rows, _ = learners
    client.infer("learner-risk", [tensor("X", rows)])
    assert client.get_inference_statistics("learner-risk").model_stats[0].inference_count >= 3
    client.unload_model("learner-risk")
    states = {model.name: model.state for model in client.get_model_repository_index().models}
    assert states == {"learner-risk": "UNAVAILABLE", "every-kind": "READY"}
    client.load_model("learner-risk")
    assert client.is_model_ready("learner-risk")
