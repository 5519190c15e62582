"""The rows that a model is asked: seen and mixed ones, thresholds, missing and unknown values."""

from collections.abc import Iterator

import numpy as np
import onnx
import pandas as pd

from case import Case

rows_seen, rows_mixed, rows_at_edges, rows_missing, rows_unknown = 30, 14, 14, 8, 6


def pick_rows(case: Case, artifact: onnx.ModelProto) -> pd.DataFrame:
    random = np.random.default_rng(sum(case.name.encode()))
    table = case.data.features
    seen = table.iloc[random.permutation(len(table))[:rows_seen]].reset_index(drop=True)
    parts = [seen, mixed(case, random), at_edges(case, artifact, seen, random), extremes(case, seen)]
    if case.missing:
        parts.append(with_missing(case, seen, random))
    if case.unknown:
        parts.append(with_unknown(seen, random))
    return pd.concat([part for part in parts if len(part) > 0], ignore_index=True)


def mixed(case: Case, random: np.random.Generator) -> pd.DataFrame:
    """Rows that nobody saw: each value from another row."""
    table = case.data.features
    return pd.DataFrame(
        {name: table[name].iloc[random.integers(0, len(table), rows_mixed)].reset_index(drop=True) for name in table}
    )


def at_edges(case: Case, artifact: onnx.ModelProto, seen: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Rows with one feature on a threshold, or one step of float32 beside it."""
    edges = {(feature, float(np.float32(value))) for feature, values in case.edges.items() for value in values}
    if not case.columns:
        edges.update(tree_thresholds(artifact))
    ordered = sorted(edge for edge in edges if np.isfinite(edge[1]) and edge[0] not in case.categories)
    chosen = [ordered[at] for at in random.permutation(len(ordered))[:rows_at_edges]]
    rows = seen.iloc[random.integers(0, len(seen), len(chosen))].reset_index(drop=True)
    for row, (feature, value) in enumerate(chosen):
        steps = [
            value,
            np.nextafter(np.float32(value), np.float32(np.inf)),
            np.nextafter(np.float32(value), -np.float32(np.inf)),
        ]
        rows.isetitem(feature, rows.iloc[:, feature].astype(float))
        rows.iat[row, feature] = float(steps[row % 3])
    return rows


def tree_thresholds(artifact: onnx.ModelProto) -> Iterator[tuple[int, float]]:
    """Of trees that read the input of the model, or a Cast of it, without anything in between."""
    direct = {artifact.graph.input[0].name}
    for node in artifact.graph.node:
        if node.op_type == "Cast" and node.input[0] in direct:
            direct.update(node.output)
        if not node.op_type.startswith("TreeEnsemble") or node.input[0] not in direct:
            continue
        given = {attribute.name: attribute for attribute in node.attribute}
        values = given.get("nodes_values_as_tensor")
        thresholds = given["nodes_values"].floats if values is None else onnx.numpy_helper.to_array(values.t)
        modes, features = given["nodes_modes"].strings, given["nodes_featureids"].ints
        for mode, feature, value in zip(modes, features, thresholds, strict=True):
            if mode != b"LEAF":
                yield feature, float(value)


def extremes(case: Case, seen: pd.DataFrame) -> pd.DataFrame:
    """All numbers zero, and numbers far outside what was seen, on both sides."""
    rows = seen.iloc[:3].reset_index(drop=True)
    for name in rows.columns:
        if pd.api.types.is_float_dtype(rows[name]):
            spread = float(np.float32(np.nanmax(case.data.features[name]) * 4 + 1))
            rows[name] = np.array([0.0, spread, -spread])
    return rows


def with_missing(case: Case, seen: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    rows = seen.iloc[:rows_missing].reset_index(drop=True).copy()
    table = case.data.features
    able = [
        at
        for at, name in enumerate(rows.columns)
        if pd.api.types.is_float_dtype(rows[name]) or "" in table[name].values
    ]
    for row in range(len(rows)):
        count = len(able) if row == 0 else 1 + row % 3
        for feature in random.permutation(able)[:count]:
            rows.iat[row, feature] = np.nan if pd.api.types.is_float_dtype(rows.iloc[:, feature]) else ""
    return rows


def with_unknown(seen: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Texts and whole numbers that the model has not seen. Texts differ in case, end in a space, or look like code."""
    texts = ["Atlantis", "bern", "Bern ", '"); throw 1; ("', "\u2028", "ZÜRICH"]
    rows = seen.iloc[-rows_unknown:].reset_index(drop=True).copy()
    able = [at for at, name in enumerate(rows.columns) if not pd.api.types.is_float_dtype(rows[name])]
    for row in range(len(rows)):
        for feature in able if row == 0 else random.permutation(able)[:1]:
            whole = pd.api.types.is_integer_dtype(rows.iloc[:, feature])
            rows.iat[row, feature] = [99, -1, 0, 1 << 40, 7, 13][row] if whole else texts[row]
    return rows
