"""A few words over skl2onnx's containers, so that a converter reads like the formula that it writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, numpy_helper

Array = npt.NDArray[Any]


class Graph:
    """Adds nodes to the ONNX graph that skl2onnx builds. Values are named by strings."""

    def __init__(self, scope: Any, operator: Any, container: Any) -> None:
        self.scope = scope
        self.operator = operator
        self.container = container

    def node(self, op: str, inputs: Sequence[str], *, domain: str = "", output: str | None = None, **attrs: Any) -> str:
        """One node with one output, whose name it answers."""
        made = output if output is not None else self.scope.get_unique_variable_name(op.lower())
        self.container.add_node(
            op,
            list(inputs),
            [made],
            op_domain=domain,
            name=self.scope.get_unique_operator_name(op),
            **attrs,
        )
        return str(made)

    def ml(self, op: str, inputs: Sequence[str], *, output: str | None = None, **attrs: Any) -> str:
        return self.node(op, inputs, domain="ai.onnx.ml", output=output, **attrs)

    def constant(self, value: npt.ArrayLike, dtype: npt.DTypeLike | None = None) -> str:
        array = np.asarray(value, dtype=dtype)
        name = str(self.scope.get_unique_variable_name("constant"))
        if array.dtype.kind in "US":
            texts = [str(text).encode("utf-8") for text in array.ravel()]
            self.container.add_initializer(name, TensorProto.STRING, list(array.shape), texts)
        else:
            kind = numpy_helper.from_array(np.zeros(0, array.dtype)).data_type
            self.container.add_initializer(name, kind, list(array.shape), array.ravel())
        return name

    def cast(self, value: str, to: int, *, output: str | None = None) -> str:
        return self.node("Cast", [value], to=to, output=output)

    def concat(self, values: Sequence[str]) -> str:
        return values[0] if len(values) == 1 else self.node("Concat", values, axis=1)

    def column(self, value: str, at: int) -> str:
        """Column ``at`` of a matrix, as a matrix of one column."""
        return self.node("Gather", [value, self.constant([at], np.int64)], axis=1)


def element_type(variable: Any) -> int:
    """The ONNX element type of a variable of skl2onnx."""
    return int(variable.type.to_onnx_type().tensor_type.elem_type)


def tensor(name: str, array: Array) -> Any:
    return numpy_helper.from_array(array, name)
