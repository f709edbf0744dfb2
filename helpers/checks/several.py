"""Findings of several mistakes in one answer: which of them a learner sees."""

from collections.abc import Iterable

from helpers.checks.core import Finding

#: More than this at once is not help any more.
MOST = 3


def one_of_each(findings: Iterable[Finding], most: int = MOST) -> list[Finding]:
    """The first finding of each code, in their order: an answer is tried on more than one input."""
    kept: dict[str, Finding] = {}
    for finding in findings:
        kept.setdefault(finding.code, finding)
    return list(kept.values())[:most]


def first_of(tries: Iterable[list[Finding]]) -> list[Finding]:
    """The findings of the first try that has any."""
    return next((findings for findings in tries if findings), [])
