"""From a fitted scikit-learn, XGBoost or LightGBM model to a folder that Slipway serves.

>>> from slipway_export import export
>>> report = export(pipeline, X_test, out="churn", owner="Growth", contact="growth@example.org")  # doctest: +SKIP
"""

from .agreement import Agreement
from .errors import CODES, ExportError
from .export import export
from .report import Attempt, ExportReport

__version__ = "0.1.0"

__all__ = ["CODES", "Agreement", "Attempt", "ExportError", "ExportReport", "export", "__version__"]
