"""Models that were saved with joblib or pickle. Loading one runs its code."""

from __future__ import annotations

import pickle
import re
import warnings
from pathlib import Path
from typing import Any

from .errors import ExportError


def load_model(path: Path) -> tuple[Any, list[str]]:
    """The saved object, and what its loading warned of. Raises INPUT_NOT_FOUND, MODEL_UNREADABLE."""
    if not path.is_file():
        raise ExportError("INPUT_NOT_FOUND", f"There is no file {path}.", "Give the path of a saved model.")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = _load(path)
    return model, _told(caught)


def _load(path: Path) -> Any:
    import joblib

    try:
        return joblib.load(path)
    except ModuleNotFoundError as cause:
        raise _unreadable(
            path,
            f"it needs the module {cause.name!r}, which is not installed here",
            "Install the package that it comes from, in the version that the model was saved with; a class of your "
            "own has no place in an artifact.",
        ) from cause
    except AttributeError as cause:
        raise _unreadable(
            path,
            str(cause),
            "It was saved with another version of its library, or with a class or function of a script of your own: "
            "load it where it was made, and save or export it from there.",
        ) from cause
    except (pickle.UnpicklingError, EOFError, KeyError, IndexError, UnicodeDecodeError) as cause:
        raise _unreadable(
            path,
            f"it is no pickle, or a damaged one ({cause or type(cause).__name__})",
            "Save the model again with `joblib.dump(model, path)`.",
        ) from cause
    # Unpickling runs code of the file, which may raise anything.
    except Exception as cause:  # noqa: BLE001
        raise _unreadable(
            path,
            f"{type(cause).__name__}: {cause}",
            "Load it with the versions of the libraries that it was saved with, and save it again.",
        ) from cause


def _unreadable(path: Path, why: str, hint: str) -> ExportError:
    return ExportError("MODEL_UNREADABLE", f"{path.name} cannot be loaded: {why.rstrip('.')}.", hint)


def _told(caught: list[warnings.WarningMessage]) -> list[str]:
    """One sentence a kind of warning; a forest repeats its own for every tree."""
    found: list[str] = []
    versions = set()
    for each in caught:
        text = str(each.message)
        if type(each.message).__name__ != "InconsistentVersionWarning":
            first = text.strip().split("\n")[0]
            if first and first not in found:
                found.append(first)
            continue
        told = re.search(r"from version (\S+) when using version (\S+)", text)
        if told:
            versions.add((told[1], told[2].rstrip(".")))
    for saved, used in sorted(versions):
        found.insert(
            0,
            f"The model was saved by scikit-learn {saved} and loaded by {used}: it may answer differently from what it did. "
            "The artifact agrees with it as it is loaded here.",
        )
    return found
