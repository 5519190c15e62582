"""The one error that this package raises on purpose, and every code that it can carry."""

from __future__ import annotations

from typing import Final

#: What each code means. Scripts decide by the code; people read the message and the hint.
CODES: Final[dict[str, str]] = {
    "DEPENDENCY_MISSING": "A package that the conversion needs is not installed.",
    "NOT_A_MODEL": "The object is not a fitted scikit-learn, XGBoost or LightGBM model.",
    "NOT_FITTED": "The model has not been fitted.",
    "PYTHON_FUNCTION": "A step of the pipeline runs Python code, which an artifact cannot hold.",
    "NO_CONVERTER": "There is no way to write this estimator as ONNX.",
    "MODEL_UNSUPPORTED": "The estimator can be converted, but not with these settings.",
    "SAMPLE_EMPTY": "The sample has no rows or no columns.",
    "SAMPLE_MISMATCH": "The sample's columns are not those that the model was fitted on.",
    "SAMPLE_INVALID": "The sample holds values that no contract can describe.",
    "NAME_INVALID": "A name cannot stand in a launch file.",
    "DIFFERENCES": "The artifact does not give the answers of the original model.",
    "FILE_EXISTS": "A file that would be written is there already.",
    "OUTPUT_NOT_WRITABLE": "The files cannot be written.",
    "INPUT_NOT_FOUND": "A file that was named is not there.",
    "INPUT_INVALID": "A file cannot be read as what it should be.",
    "MODEL_UNREADABLE": "A saved model cannot be loaded.",
    "USAGE": "An argument has a value that it cannot have.",
    "INTERNAL": "A fault of slipway-export itself.",
}


class ExportError(Exception):
    """What went wrong, and what to do instead.

    ``code`` is one of :data:`CODES`, ``hint`` one or more sentences that say what to do.
    """

    def __init__(self, code: str, message: str, hint: str) -> None:
        assert code in CODES, code
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.code}: {self.message} {self.hint}"
