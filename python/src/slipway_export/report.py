"""What an export did, for people and for scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .agreement import Agreement

#: What the owner of the model has to look at, since the export could only guess.
TO_REVIEW = ("owner", "pattern and why", "input ranges", "threshold", "fallback", "slo", "rollback")


@dataclass(frozen=True)
class Attempt:
    """A form in which the model was written, and why it was not kept; ``None`` of the one that was."""

    form: str
    problem: str | None


@dataclass(frozen=True)
class ExportReport:
    """What :func:`slipway_export.export` wrote, and how well the artifact agrees with the original model."""

    out: Path
    model: str
    version: str
    #: Names of the files in ``out``; the launch file comes last.
    files: tuple[str, ...]
    #: Type of the artifact's numbers: ``float32`` or ``float64``.
    precision: str
    #: Agreement over the sample's rows, over rows at split points, and over rows with unknown categories.
    agreement: Mapping[str, Agreement]
    tolerance: float
    attempts: tuple[Attempt, ...]
    warnings: tuple[str, ...]
    to_review: tuple[str, ...]
    #: What was chosen where there was a choice.
    notes: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether every answer is within the tolerance and every decision the same."""
        return all(each.agrees for each in self.agreement.values())

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return {
            "out": str(self.out),
            "model": self.model,
            "version": self.version,
            "files": list(self.files),
            "precision": self.precision,
            "agrees": self.agrees,
            "tolerance": self.tolerance,
            "agreement": {name: each.as_dict() for name, each in self.agreement.items()},
            "attempts": [{"form": each.form, "problem": each.problem} for each in self.attempts],
            "warnings": list(self.warnings),
            "to_review": list(self.to_review),
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        lines = [f"{self.model} {self.version} in {self.out}: {', '.join(self.files)}"]
        lines += [f"  {name.ljust(18)} {agreement}" for name, agreement in self.agreement.items()]
        lines.append(f"  {'numbers'.ljust(18)} {self.precision}: {self._why()}")
        lines += [f"  {'note'.ljust(18)} {each}" for each in self.notes]
        lines += [f"  {'warning'.ljust(18)} {each}" for each in self.warnings]
        lines.append(f"  {'to review'.ljust(18)} {', '.join(self.to_review)}")
        return "\n".join(lines)

    def _why(self) -> str:
        refused = [each for each in self.attempts if each.problem is not None]
        if not refused:
            return "it agrees, and is the smaller and faster of the two"
        return "; ".join(f"{each.form} was not taken: {each.problem}" for each in refused)
