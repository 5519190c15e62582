"""The command: a saved model and a file of rows in, a folder that Slipway serves out.

Standard output carries one line of JSON, at the end: the report, or ``{"error": {"code", "message", "hint"}}`` with
exit code 1. Everything for people goes to standard error.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from .errors import ExportError


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command and answers its exit code: 0, or 1 for any trouble."""
    told: dict[str, Any]
    code = 0
    with contextlib.redirect_stdout(sys.stderr):
        # What a model prints while it is loaded or asked must not mix with the line of JSON.
        try:
            told = _run(_parser().parse_args(argv))
        except ExportError as error:
            told, code = _trouble(error), 1
        except KeyboardInterrupt:
            raise
        except Exception as error:  # noqa: BLE001
            fault = ExportError(
                "INTERNAL", f"{type(error).__name__}: {error}", "This is a fault of slipway-export: please report it."
            )
            told, code = _trouble(fault), 1
    print(json.dumps(told, ensure_ascii=False), flush=True)
    return code


def _run(args: argparse.Namespace) -> dict[str, Any]:
    from .export import demand_packages, export

    demand_packages()
    from .data_file import read_data
    from .native import wrap_native
    from .saved_model import load_model

    model, warnings = load_model(Path(args.model))
    model = _picked(model, args.key)
    beside = [*([args.unit] if args.unit else []), *args.context, *([args.label_column] if args.label_column else [])]
    frame = read_data(Path(args.data), wrap_native(model), beside)
    labels = _label_column(frame, args.label_column)
    report = export(
        model,
        frame if labels is None else frame.drop(columns=[args.label_column]),
        out=args.out,
        owner=args.owner,
        contact=args.contact,
        name=args.name,
        version=args.version,
        pattern=args.pattern,
        why=args.why,
        y_sample=labels,
        unit=args.unit,
        context=args.context,
        threshold=args.threshold,
        score=args.score,
        decision=args.decision,
        precision=args.precision,
        tolerance=args.tolerance,
        allow_differences=args.allow_differences,
        overwrite=args.overwrite,
    )
    print(report, file=sys.stderr)
    for warning in warnings:
        print(f"  warning            {warning}", file=sys.stderr)
    return {**report.as_dict(), "warnings": [*warnings, *report.warnings]}


def _picked(model: Any, key: str | None) -> Any:
    if key is None:
        return model
    try:
        return model[key]
    except (KeyError, TypeError, IndexError) as cause:
        raise ExportError(
            "USAGE", f"The saved object has no {key!r}.", "`--key` names the model in a dict that was saved."
        ) from cause


def _label_column(frame: Any, name: str | None) -> Any:
    if name is None:
        return None
    if name not in frame.columns:
        raise ExportError("SAMPLE_MISMATCH", f"The data have no column {name!r}.", "Correct --label-column.")
    return frame[name]


def _trouble(error: ExportError) -> dict[str, Any]:
    print(f"{error.code}: {error.message}\n  {error.hint}", file=sys.stderr)
    return {"error": {"code": error.code, "message": error.message, "hint": error.hint}}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ExportError("USAGE", f"{message[:1].upper()}{message[1:]}.", f"Usage: {self.prog} MODEL --data FILE --out DIR")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m slipway_export",
        description="Exports a saved scikit-learn, XGBoost or LightGBM model. Loading a saved model RUNS ITS CODE: "
        "only load files that you trust.",
    )
    add = parser.add_argument
    add("model", metavar="MODEL", help="a file written by joblib.dump or pickle.dump")
    add("--data", required=True, metavar="FILE", help="CSV or Parquet with 500 rows or more, best not trained on")
    add("--out", required=True, metavar="DIR", help="where the files go; made when it is not there")
    add("--key", metavar="NAME", help="the model's name in a dict that was saved")
    add("--name", help="the name of the model; by default that of the folder")
    add("--version", default="0.1.0", help="the version of the model (0.1.0)")
    add("--owner", metavar="TEAM", help="the team that answers for the model")
    add("--contact", help="how to reach the team")
    add("--pattern", default="online", help="batch, online, streaming or embedded (online)")
    add("--why", help="why this pattern satisfies the need")
    add("--unit", metavar="COLUMN", help="the column that names what a row is about")
    add("--context", type=_listed, default=[], metavar="COLUMNS", help="columns that travel along, with commas between")
    add("--label-column", metavar="COLUMN", help="the column with what really happened: holdout.csv is written")
    add("--threshold", type=float, help="the score from which on the decision is true (0.5)")
    add("--score", metavar="NAME", help="what to call the score")
    add("--decision", default="decision", metavar="NAME", help="what to call the decision")
    add("--precision", help="float32 or float64; by default what agrees")
    add("--tolerance", type=float, default=1e-5, help="how far a score may differ (1e-5)")
    add("--allow-differences", action="store_true", help="keep an artifact that differs, and say so")
    add("--overwrite", action="store_true", help="replace files that are already there")
    return parser


def _listed(text: str) -> list[str]:
    return [part for part in text.split(",") if part]
