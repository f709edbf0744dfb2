"""The names of verdicts. Apart from the checks, so that one who only counts them loads no torch."""

from __future__ import annotations

SEVERITY = (
    "correct", "wrong", "not-started", "error", "timeout", "memory", "output", "crash", "missing",
    "unreadable",
)  # fmt: skip
