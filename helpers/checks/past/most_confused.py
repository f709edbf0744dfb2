"""Exercise past.most_confused: the pairs of classes that are mixed up most often."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until
from helpers.checks.observe import call_and_keep
from helpers.checks.reading import call_findings, returned, value_findings
from helpers.checks.several import first_of

Triple = tuple[int, int, int]

MAX_ITEMS = 400
_KINDS = ("a tensor", "an array", "a list of lists")


@dataclass(frozen=True)
class _Case:
    """Counts [C, C], how many pairs are asked for, and in what the counts come."""

    counts: np.ndarray
    k: int
    kind: str

    def given(self) -> Any:
        """The counts anew, as a tensor, an array or a list."""
        if self.kind == "a tensor":
            return torch.from_numpy(self.counts.copy())
        return self.counts.copy() if self.kind == "an array" else self.counts.tolist()


class MostConfused(Exercise):
    """most_confused(confusion [C, C], k) -> k largest (true, predicted, count) off the diagonal."""

    id = "past.most_confused"
    parameters = ("confusion", "k")
    own_versions = ("helpers.plots.common.worst",)
    checked = (
        "the largest counts off the diagonal, largest first, ties in order, no zeros, for a "
        "tensor, an array and a list"
    )
    mistakes: ClassVar = {
        "tensor-not-list": Mistake(
            "Your function gives back one {type}. The task asks for a list of triples.",
            "what each element of the returned list is",
        ),
        "pairs-not-triples": Mistake(
            "Each element of your list should have three numbers: true, predicted, count.",
            "the line that makes one element",
        ),
        "not-whole-numbers": Mistake(
            "True class, predicted class and count are whole numbers.",
            "what divides the counts, or turns them into text",
        ),
        "includes-diagonal": Mistake(
            "Your list holds pictures that were named correctly: true and predicted are the same "
            "there.",
            "what the diagonal of a confusion matrix counts",
        ),
        "rows-and-columns-swapped": Mistake(
            "True and predicted are swapped: confusion[true, predicted], the row is the truth.",
            "which of the two indices you call the true class",
        ),
        "count-first": Mistake(
            "The count stands first. The task asks for (true, predicted, count).",
            "the order inside each triple",
        ),
        "smallest-first": Mistake(
            "Your list begins with the smallest counts.", "which way the sorting goes"
        ),
        "not-sorted": Mistake(
            "The right pairs are in your list, but not with the largest counts first.",
            "what the list is sorted by, and when",
        ),
        "ties-in-another-order": Mistake(
            "Pairs with the same count stand in another order than true class first, then "
            "predicted class.",
            "the key of your sorting: what decides where the counts are equal, and whether "
            "reversing the order reverses that too",
        ),
        "keeps-zeros": Mistake(
            "Your list holds pairs that were never mixed up: their count is 0.",
            "what should happen where fewer than k pairs were confused",
        ),
        "ignores-k": Mistake(
            "Your list has {length} pairs, more than were asked for.", "where k cuts the list"
        ),
        "too-few": Mistake(
            "Your list has fewer pairs than were asked for, although there are more.",
            "where the list is cut off, and what else leaves it",
        ),
        "loses-ties": Mistake(
            "Your list has one pair for each count. Pairs with the same count are different pairs.",
            "what becomes of a second pair with the same count",
        ),
        "one-per-class": Mistake(
            "Your list has at most one pair for each true class. A class can be mixed up with "
            "several others.",
            "whether the largest count is sought in each row, or among all of them",
        ),
        "both-ways-summed": Mistake(
            "A taken for B and B taken for A are counted together. They are two pairs here.",
            "what is added to the counts before they are sorted",
        ),
        "shares-not-counts": Mistake(
            "The pairs are ordered by their share of the class. The task asks for the largest "
            "counts.",
            "what the counts are divided by",
        ),
        "named-twice": Mistake(
            "The same pair is in your list more than once.", "the loops: does each pair come once?"
        ),
        "counts-from-one": Mistake(
            "Your classes are numbered from 1. Rows and columns of the matrix are numbered from 0.",
            "what is added to the place of a row and of a column",
        ),
        "wrong-count": Mistake(
            "The count beside a pair is not the one in the matrix.", "which entry you look up"
        ),
        "wrong-pairs": Mistake(
            "These are not the pairs with the largest counts.",
            "a matrix of three classes, by hand",
        ),
        "confusion-changed": Mistake(
            "Your function changed the matrix it was given.",
            "whether something fills its diagonal: a copy could be changed without harm",
        ),
    }

    def inputs(self, seed: int) -> list[_Case]:
        """k in the middle of a tie; k larger than the number of confused pairs; k = 1."""
        busy = [
            draw_until(seed, f"confused-{kind}", _draw_busy, lambda case: _telling(*case))
            for kind in _KINDS
        ]
        sparse = draw_until(seed, "confused-few", _draw_sparse, lambda _: True)
        cases = [_Case(counts, k, kind) for (counts, k), kind in zip(busy, _KINDS, strict=True)]
        return [*cases, _Case(*sparse, "a tensor"), _Case(busy[0][0], 1, "a tensor")]

    def probe(self, answer: Answer, seed: int) -> Evidence:
        runs = []
        for case in self.inputs(seed):
            given = case.given()
            call, value = call_and_keep(answer, given, case.k)
            changed = not np.array_equal(np.asarray(given), case.counts)
            runs.append({"call": call, "triples": _triples(value), "changed": changed})
        return {"runs": runs}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        tries = []
        for run, case in zip(evidence["runs"], self.inputs(seed), strict=True):
            findings = call_findings(self, run["call"]) or self._form(run)
            if not findings:
                findings = self._values([tuple(t) for t in run["triples"]], case)
                if run["changed"]:
                    findings.append(self.finding("confusion-changed", "as it was", "changed"))
            tries.append(findings)
        # A wrong pair may by chance have the count of a right one: the other cases know better.
        chance = ("ties-in-another-order", "confusion-changed")
        told = [found for found in tries if found and found[0].code not in chance]
        return first_of(told or tries)

    def _form(self, run: Evidence) -> list[Finding]:
        value = returned(run["call"])
        wanted = "a list such as [(3, 5, 12), (0, 1, 9)]"
        if value.kind in ("tensor", "array"):
            return [self.finding("tensor-not-list", wanted, value.describe(), type=value.type)]
        if findings := value_findings(value, "list"):
            return findings
        for triple in run["triples"]:
            if triple is None or len(triple) != 3:
                return [self.finding("pairs-not-triples", wanted, value.describe())]
            if any(type(number) is not int for number in triple):
                return [self.finding("not-whole-numbers", wanted, value.describe())]
        return []

    def _values(self, triples: list[Any], case: _Case) -> list[Finding]:
        wanted = ranked(case.counts, case.k)
        if triples == wanted:
            return []
        expected = f"{_text(wanted)}, for k = {case.k}; confusion is {case.kind}"
        return [
            self.finding(code, expected, _text(triples), length=len(triples))
            for code in _mistakes_in(triples, wanted, case)
        ]


def _mistakes_in(triples: list[Any], wanted: list[Triple], case: _Case) -> list[str]:
    """The finding for a list that is wrong, and for what is wrong with it besides."""
    code = _what_is_wrong(triples, wanted, case)
    if code == "ties-in-another-order":  # with ties both ways, a turned list may look like this one
        return [code]
    mistaken = _mistaken(case.counts, case.k)
    if known := next((c for c, wrong in mistaken.items() if wrong == triples), None):
        return [known]
    if len(triples) > case.k:  # what would it be if it had ended where it should?
        first = triples[: case.k]
        return [*([] if first == wanted else _mistakes_in(first, wanted, case)), "ignores-k"]
    if code == "rows-and-columns-swapped":
        turned = [(true, predicted, count) for predicted, true, count in triples]
        besides = [] if turned == wanted else _mistakes_in(turned, wanted, case)
        return [code, *(c for c in besides if c in ("not-sorted", "smallest-first"))]
    return [code]


def ranked(counts: np.ndarray, k: int) -> list[Triple]:
    """The k largest counts off the diagonal, largest first; ties by true, then by predicted."""
    return sorted(_pairs(counts), key=lambda t: (-t[2], t[0], t[1]))[:k]


def _pairs(counts: np.ndarray) -> list[Triple]:
    """All pairs that were confused, by true, then by predicted class."""
    return [
        (int(true), int(predicted), int(counts[true, predicted]))
        for true, predicted in np.argwhere(counts)
        if true != predicted
    ]


def _draw_busy(rng: np.random.Generator) -> tuple[np.ndarray, int]:
    """Classes of different sizes, with ties and zeros; the diagonal is larger, as it should be."""
    classes = int(rng.integers(6, 9))
    size = rng.integers(1, 5, size=(classes, 1))
    counts = rng.poisson(1.1 * size, size=(classes, classes))
    np.fill_diagonal(counts, rng.integers(4, 12, size=classes) * size[:, 0])
    return counts.astype(np.int64), int(rng.integers(6, 9))


def _draw_sparse(rng: np.random.Generator) -> tuple[np.ndarray, int]:
    """Three pairs were confused, ten are asked for."""
    counts = np.diag(rng.integers(5, 30, size=5))
    for true, count in zip(rng.permutation(5)[:3], rng.permutation(9)[:3] + 1, strict=True):
        counts[true, (true + rng.integers(1, 5)) % 5] = count
    return counts.astype(np.int64), 10


def _telling(counts: np.ndarray, k: int) -> bool:
    """Whether each mistake gives a list of its own."""
    lists = [ranked(counts, k), *_mistaken(counts, k).values()]
    right = lists[0]
    tied = len(right) == k and len({t[2] for t in right}) < k
    return tied and all(one not in lists[:place] for place, one in enumerate(lists))


def _mistaken(counts: np.ndarray, k: int) -> dict[str, list[Triple]]:
    """What each misconception would list."""
    right, pairs = ranked(counts, k), _pairs(counts)
    everything = [
        (true, predicted, int(counts[true, predicted]))
        for true in range(len(counts))
        for predicted in range(len(counts))
    ]
    both = counts + counts.T
    sizes = counts.sum(axis=1)
    by_row = [max(row, key=lambda t: (t[2], -t[1])) for row in _rows(pairs)]
    firsts = {count: next(t for t in pairs if t[2] == count) for _, _, count in pairs}
    summed = sorted(_pairs(np.triu(both, 1)), key=lambda t: (-t[2], t[0], t[1]))
    return {
        "includes-diagonal": sorted(everything, key=lambda t: (-t[2], t[0], t[1]))[:k],
        "rows-and-columns-swapped": [(p, t, n) for t, p, n in right],
        "count-first": [(n, t, p) for t, p, n in right],
        "counts-from-one": [(t + 1, p + 1, n) for t, p, n in right],
        "smallest-first": sorted(pairs, key=lambda t: (t[2], t[0], t[1]))[:k],
        "one-per-class": sorted(by_row, key=lambda t: (-t[2], t[0], t[1]))[:k],
        "loses-ties": [firsts[count] for count in sorted(firsts, reverse=True)][:k],
        "both-ways-summed": summed[:k],
        "shares-not-counts": sorted(pairs, key=lambda t: (-t[2] / sizes[t[0]], t[0], t[1]))[:k],
    }


def _rows(pairs: list[Triple]) -> list[list[Triple]]:
    trues = sorted({true for true, _, _ in pairs})
    return [[pair for pair in pairs if pair[0] == true] for true in trues]


def _what_is_wrong(triples: list[Any], wanted: list[Triple], case: _Case) -> str:
    """The finding for a list that no single misconception explains."""
    counts, classes = case.counts, len(case.counts)
    inside = all(0 <= t < classes and 0 <= p < classes for t, p, _ in triples)
    if not inside:
        return "wrong-pairs"
    if any(t == p for t, p, _ in triples):
        return "includes-diagonal"
    if any(count != counts[t, p] for t, p, count in triples):
        turned = all(count == counts[p, t] for t, p, count in triples)
        return "rows-and-columns-swapped" if turned else "wrong-count"
    if any(count == 0 for _, _, count in triples):
        return "keeps-zeros"
    if len({(t, p) for t, p, _ in triples}) < len(triples):
        return "named-twice"
    if len(triples) > len(wanted):
        return "ignores-k"
    if len(triples) < len(wanted):
        return "too-few"
    theirs, right = [t[2] for t in triples], [t[2] for t in wanted]
    if theirs == right:
        return "ties-in-another-order"
    return "not-sorted" if sorted(theirs, reverse=True) == right else "wrong-pairs"


def _triples(value: object) -> list[list[int | None] | None]:
    """The elements of a list as lists of whole numbers; None for what is none."""
    if not isinstance(value, list | tuple):
        return []
    return [
        [_whole(number) for number in item[:4]]
        if isinstance(item, list | tuple | np.ndarray | torch.Tensor) and _length(item) <= 4
        else None
        for item in value[:MAX_ITEMS]
    ]


def _length(item: Any) -> int:
    try:
        return len(item)
    except TypeError:  # a tensor of no dimension
        return 99


def _whole(number: object) -> int | None:
    """The whole number in an int, a float, an element of an array or a tensor."""
    try:
        value = float(number)  # type: ignore[arg-type]
        whole = isinstance(number, int | float | np.number | torch.Tensor) and value.is_integer()
    except Exception:  # text, None, a tensor of several numbers, infinity
        return None
    return int(value) if whole and abs(value) < 2**53 else None


def _text(triples: list[Any]) -> str:
    shown = ", ".join(str(tuple(triple)) for triple in triples[:10])
    return f"[{shown}{', …' if len(triples) > 10 else ''}]"
