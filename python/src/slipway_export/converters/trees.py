"""Trees of every library in one form, and their way into ONNX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from .context import current
from .graph import Graph, tensor

Mode = Literal["LEQ", "LT", "EQ", "MEMBER"]

#: The values of the enumeration in `TreeEnsemble` of ai.onnx.ml 5.
_MODE_CODES = {"LEQ": 0, "LT": 1, "EQ": 4, "MEMBER": 6}


@dataclass
class Branch:
    feature: int
    mode: Mode
    threshold: float
    true: int
    false: int
    #: Whether a missing value takes the true branch.
    missing_true: bool
    #: Of MEMBER: the categories of the true branch.
    members: tuple[float, ...] = ()


@dataclass
class Leaf:
    #: (column of the output, value)
    weights: tuple[tuple[int, float], ...]


@dataclass
class Tree:
    """Nodes by position; the root is at 0. Children may be shared, cycles may not be."""

    nodes: list[Branch | Leaf] = field(default_factory=list)

    @staticmethod
    def leaf(weights: Sequence[tuple[int, float]]) -> Tree:
        """A tree that gives the same to every row, such as the value that boosting begins with."""
        return Tree([Leaf(tuple(weights))])


def sums_stay_double() -> bool:
    """Whether a sum in float64 leaves the trees as float64: before ai.onnx.ml 5 it is rounded to float32 at its end."""
    return current().ml_opset >= 5


def emit_trees(graph: Graph, x: str, trees: Sequence[Tree], targets: int, precision: npt.DTypeLike) -> tuple[str, bool]:
    """Writes the sum of the trees, ``[rows, targets]``, added up in the order given, from zero.

    ``x`` has the element type of ``precision``, in which features are compared and leaves are added. Answers the name
    of the sum, and whether it is float64.
    """
    dtype = np.dtype(precision)
    if sums_stay_double():
        return _emit_v5(graph, x, trees, targets, dtype), dtype == np.float64
    return _emit_v3(graph, x, trees, targets, dtype), False


def _emit_v5(graph: Graph, x: str, trees: Sequence[Tree], targets: int, dtype: np.dtype) -> str:
    """One target a leaf is all that version 5 has: a tree with several is written once for each of them."""
    single = [one for tree in trees for one in _one_target_each(tree)]
    rows: dict[str, list[int]] = {key: [] for key in ("feature", "mode", "true", "true_leaf", "false", "false_leaf", "missing")}
    splits: list[float] = []
    members: list[float] = []
    leaf_targets: list[int] = []
    leaf_weights: list[float] = []
    roots: list[int] = []
    for tree in single:
        branches = {at: len(splits) + n for n, at in enumerate(at for at, node in enumerate(tree.nodes) if isinstance(node, Branch))}
        leaves = {at: len(leaf_targets) + n for n, at in enumerate(at for at, node in enumerate(tree.nodes) if isinstance(node, Leaf))}
        roots.append(len(splits))
        nodes = tree.nodes if branches else [Branch(0, "LEQ", 0.0, 0, 0, False)]
        for node in nodes:
            if isinstance(node, Leaf):
                continue
            for side, child in (("true", node.true), ("false", node.false)):
                rows[side].append(leaves[child] if child in leaves else branches[child])
                rows[f"{side}_leaf"].append(int(child in leaves))
            rows["feature"].append(node.feature)
            rows["mode"].append(_MODE_CODES[node.mode])
            rows["missing"].append(int(node.missing_true))
            splits.append(node.threshold)
            if node.mode == "MEMBER":
                members += [*node.members, np.nan]
        for leaf in tree.nodes:
            if isinstance(leaf, Leaf):
                (target, weight), = leaf.weights
                leaf_targets.append(target)
                leaf_weights.append(weight)
    sets = {"membership_values": tensor("membership_values", np.array(members, dtype))} if members else {}
    return graph.ml(
        "TreeEnsemble",
        [x],
        # skl2onnx refuses what is newer than version 3; the graph is set to version 5 when it is whole.
        op_version=1,
        n_targets=targets,
        aggregate_function=1,
        post_transform=0,
        tree_roots=roots,
        nodes_featureids=rows["feature"],
        nodes_modes=tensor("nodes_modes", np.array(rows["mode"], np.uint8)),
        nodes_splits=tensor("nodes_splits", np.array(splits, dtype)),
        nodes_truenodeids=rows["true"],
        nodes_trueleafs=rows["true_leaf"],
        nodes_falsenodeids=rows["false"],
        nodes_falseleafs=rows["false_leaf"],
        nodes_missing_value_tracks_true=rows["missing"],
        leaf_targetids=leaf_targets,
        leaf_weights=tensor("leaf_weights", np.array(leaf_weights, dtype)),
        **sets,
    )


def _one_target_each(tree: Tree) -> list[Tree]:
    wanted = sorted({target for node in tree.nodes if isinstance(node, Leaf) for target, _ in node.weights})
    if len(wanted) == 1:
        return [tree]
    return [
        Tree([Leaf(((target, dict(node.weights).get(target, 0.0)),)) if isinstance(node, Leaf) else node for node in tree.nodes])
        for target in wanted
    ]


def _emit_v3(graph: Graph, x: str, trees: Sequence[Tree], targets: int, dtype: np.dtype) -> str:
    ids: dict[str, list[int]] = {key: [] for key in ("tree", "node", "feature", "true", "false", "missing", "leaf_tree", "leaf_node", "target")}
    modes: list[str] = []
    splits: list[float] = []
    weights: list[float] = []
    for number, tree in enumerate(trees):
        for at, node in enumerate(_without_sets(tree).nodes):
            ids["tree"].append(number)
            ids["node"].append(at)
            is_leaf = isinstance(node, Leaf)
            branch = Branch(0, "LEQ", 0.0, 0, 0, False) if isinstance(node, Leaf) else node
            ids["feature"].append(branch.feature)
            ids["true"].append(branch.true)
            ids["false"].append(branch.false)
            ids["missing"].append(int(branch.missing_true))
            modes.append("LEAF" if is_leaf else f"BRANCH_{branch.mode}")
            splits.append(branch.threshold)
            for target, weight in node.weights if isinstance(node, Leaf) else ():
                ids["leaf_tree"].append(number)
                ids["leaf_node"].append(at)
                ids["target"].append(target)
                weights.append(weight)
    if dtype == np.float64:
        numbers = {
            "nodes_values_as_tensor": tensor("nodes_values_as_tensor", np.array(splits)),
            "target_weights_as_tensor": tensor("target_weights_as_tensor", np.array(weights)),
        }
    else:
        numbers = {"nodes_values": np.array(splits, np.float32), "target_weights": np.array(weights, np.float32)}
    return graph.ml(
        "TreeEnsembleRegressor",
        [x],
        op_version=3,
        n_targets=targets,
        nodes_treeids=ids["tree"],
        nodes_nodeids=ids["node"],
        nodes_featureids=ids["feature"],
        nodes_modes=modes,
        nodes_truenodeids=ids["true"],
        nodes_falsenodeids=ids["false"],
        nodes_missing_value_tracks_true=ids["missing"],
        target_treeids=ids["leaf_tree"],
        target_nodeids=ids["leaf_node"],
        target_ids=ids["target"],
        **numbers,
    )


def _without_sets(tree: Tree) -> Tree:
    """Before version 5 a set is a chain of comparisons that share their true branch."""
    nodes = list(tree.nodes)
    for at, node in enumerate(tree.nodes):
        if not isinstance(node, Branch) or node.mode != "MEMBER":
            continue
        members = node.members or (np.nan,)
        here = at
        for index, member in enumerate(members):
            is_last = index == len(members) - 1
            below = node.false if is_last else len(nodes)
            # A missing value that goes to the true branch leaves at the head of the chain.
            nodes[here] = Branch(node.feature, "EQ", member, node.true, below, node.missing_true and index == 0)
            if not is_last:
                here = below
                nodes.append(nodes[at])
    return Tree(nodes)
