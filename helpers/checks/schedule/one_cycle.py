"""Exercise schedule.one_cycle: learning rate and momentum of a one-cycle schedule."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from typing import Any, ClassVar

import numpy as np

from helpers.checks.calling import equal, number_findings, number_of
from helpers.checks.core import Evidence, Finding, Mistake, rng
from helpers.checks.reading import Seen, call_findings, returned
from helpers.checks.schedule.curves import Curve, CurveExercise, Rule, named

HIGH, LOW = 0.95, 0.85  # momentum
DEFAULTS = {"start": 25.0, "end": 1e4, "rising": 0.25}
#: (step, steps, share that rises) -> whether it rises, and how far along the way it is.
Place = Callable[[int, int, float], tuple[bool, float]]
#: (share of the way, first, last) -> value.
Shape = Callable[[float, float, float], float]
#: (peak, start, end) -> the rate at one end.
End = Callable[[float, float, float], float]


def _place(step: float, steps: int, rising: float) -> tuple[bool, float]:
    top = rising * steps - 1
    if step <= top:
        return True, step / top
    return False, (step - top) / (steps - 1 - top)


def _shape(share: float, first: float, last: float) -> float:
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2


@dataclass(frozen=True)
class Cycle:
    """A rule for the rate, with some of its parts replaced.

    Args:
        settings: used in place of the ones asked for.
    """

    place: Place | None = None
    shape: Shape | None = None
    first: End | None = None
    last: End | None = None
    settings: dict[str, float] = field(default_factory=dict)

    def __call__(self, step: int, steps: int, peak: float, **asked: float) -> float:
        start, end, rising = (DEFAULTS | asked | self.settings).values()
        rises, share = (self.place or _place)(step, steps, rising)
        shape = self.shape or _shape
        if rises:
            return shape(share, self.first(peak, start, end) if self.first else peak / start, peak)
        last = self.last(peak, start, end) if self.last else peak / (start * end)
        return shape(share, peak, last)

    def momentum(
        self,
        high: float = HIGH,
        low: float = LOW,
        after: float | None = None,
        shape: Shape | None = None,
    ) -> Rule:
        """A rule for the momentum that rises and falls when this rate does."""

        def momentum(step: int, steps: int, peak: float, **asked: float) -> float:
            _, _, rising = (DEFAULTS | asked | self.settings).values()
            rises, share = (self.place or _place)(step, steps, rising)
            first, last = (high, low) if rises else (low, high if after is None else after)
            return (shape or self.shape or _shape)(share, first, last)

        return momentum

    def with_parts_of(self, other: "Cycle") -> "Cycle | None":
        """Both replacements in one; None if they are about the same part."""
        own, others = self._replaced(), other._replaced()
        return None if own.keys() & others.keys() else Cycle(**own, **others)

    def _replaced(self) -> dict[str, Any]:
        return {name: part for name, part in vars(self).items() if part}


_RIGHT = Cycle()


class OneCycle(CurveExercise):
    """one_cycle(step, steps, peak, start, end, rising) -> (lr, momentum) of one step."""

    id = "schedule.one_cycle"
    parameters = ("step", "steps", "peak", "start=25.0", "end=1e4", "rising=0.25")
    own_versions = (
        "helpers.training.recipes.one_cycle",
        "helpers.explore.schedule_runs.rates",
    )
    checked = (
        "rate and momentum of every step of three schedules, as torch's OneCycleLR has them: both "
        "ends, the peak, a peak between two steps, ends other than the defaults"
    )
    mistakes: ClassVar = {
        "not-a-pair": Mistake(
            "Your function should return a pair for one step: learning rate and momentum.",
            "the return line",
        ),
        "swapped": Mistake(
            "Your function returns the momentum first. The learning rate comes first.",
            "the order in the return line",
        ),
        "peak-late": Mistake(
            "Your peak is late. The steps that rise are the first `rising * steps` ones, counted "
            "from 0, so that the last of them has a number one smaller.",
            "the number of the step with the peak, for 40 steps and rising 0.25",
        ),
        "peak-early": Mistake(
            "Your peak comes early. The last of the rising steps should have it.",
            "the number of the step with the peak, for 40 steps and rising 0.25",
        ),
        "peak-rounded": Mistake(
            "Your peak is moved to a whole step. Where rising * steps - 1 is no whole number, the "
            "peak lies between two steps, and no step is quite at it.",
            "any int, round or double slash",
        ),
        "end-not-reached": Mistake(
            "Your last step is not at the end of the way down.",
            "the number of the last step, when the first is 0, and by what you divide on the way "
            "down",
        ),
        "end-from-peak": Mistake(
            "Your rate ends at peak / end. It should end at that share of the rate it began with.",
            "the rate of the last step",
        ),
        "back-to-the-start": Mistake(
            "Your rate ends where it began. It should go on down to a much smaller one.",
            "where the argument end is used",
        ),
        "ends-at-zero": Mistake(
            "Your rate ends at zero. It should end far down, but still above.",
            "the rate of the last step",
        ),
        "no-warm-up": Mistake(
            "Your rate does not begin at peak / start.", "the rate of step 0"
        ),
        "setting-ignored": Mistake(
            "One of start, end and rising is a fixed number in your function, whatever was asked "
            "for.",
            "where the arguments start, end and rising are used",
        ),
        "rising-swapped": Mistake(
            "Your rate rises for as long as it should fall.", "which of the two ways `rising` is of"
        ),
        "falls-from-step-0": Mistake(
            "Your way down is counted from step 0, so that the rate jumps after the peak.",
            "how many steps have passed since the peak",
        ),
        "one-step-off": Mistake(
            "Your schedule is one step off: step 0 should be at the very beginning.",
            "the number of the first step",
        ),
        "straight": Mistake(
            "Your rate rises or falls in a straight line. Both ways are half a cosine.",
            "the line that makes the rate from the share of the way",
        ),
        "degrees": Mistake(
            "Your cosine is given degrees. It wants radians, where half a turn is pi.",
            "the argument of the cosine",
        ),
        "not-half-a-turn": Mistake(
            "Your cosine does not make half a turn on each way.", "the argument of the cosine"
        ),
        "half-missing": Mistake(
            "Your way is twice as long as it should be: the cosine plus one goes from 2 to 0.",
            "the range of the cosine, and what brings it to the range from 1 to 0",
        ),
        "momentum-not-mirrored": Mistake(
            "Your momentum rises and falls with the rate. It should mirror it: lowest where the "
            "rate is highest.",
            "the momentum at step 0 and at the peak",
        ),
        "momentum-fixed": Mistake(
            "Your momentum stays the same. It should fall while the rate rises, and come back.",
            "what the momentum does while the rate rises",
        ),
        "momentum-not-back": Mistake(
            "Your momentum stays low after the peak. It should come back.",
            "the momentum on the way down",
        ),
        "momentum-from-rate": Mistake(
            "Your momentum is computed from the rate. On the way down the rate goes further than "
            "it came from, and the momentum beyond where it began.",
            "the momentum of the last step",
        ),
        "momentum-straight": Mistake(
            "Your momentum changes in a straight line. Both ways are half a cosine.",
            "the line that makes the momentum from the share of the way",
        ),
        "momentum-ends": Mistake(
            "Your momentum goes between other ends than 0.95 and 0.85.",
            "the momentum at step 0 and at the peak",
        ),
        "wrong-rate": Mistake(
            "These are not the rates of a one-cycle schedule.",
            "the rates at step 0, at the peak and at the last step, one by one",
        ),
        "wrong-momentum": Mistake(
            "The rates are right, the momentum is not.",
            "the momentum at step 0, at the peak and at the last step, one by one",
        ),
    }  # fmt: skip

    def inputs(self, seed: int) -> list[Curve]:
        """Defaults; other ends and another share; the same with a peak between two steps."""
        draw = rng(seed, self.id)
        peaks = 10 ** draw.uniform(-2.5, 0, size=3)
        starts, ends = draw.uniform(4, 15, size=2), 10 ** draw.uniform(1, 2.5, size=2)
        quarter, whole = 4 * int(draw.integers(5, 9)), 10 * int(draw.integers(2, 4))
        between = 10 * int(draw.integers(2, 4)) + int(draw.choice([2, 3, 5]))
        chosen: list[tuple[int, dict[str, float]]] = [
            (quarter, {}),
            (whole, {"start": float(starts[0]), "end": float(ends[0]), "rising": 0.4}),
            (between, {"start": float(starts[1]), "end": float(ends[1]), "rising": 0.3}),
        ]
        return [
            Curve(range(steps), {"steps": steps, "peak": float(peak)}, options)
            for peak, (steps, options) in zip(peaks, chosen, strict=True)
        ]

    @staticmethod
    def right(*args: Any, **kwargs: Any) -> tuple[float, float]:
        return _RIGHT(*args, **kwargs), _RIGHT.momentum()(*args, **kwargs)

    def read(self, value: Seen) -> tuple[float, ...] | None:
        """Rate and momentum; None if there are no two numbers."""
        numbers = [number_of(item) for item in value.items]
        if len(numbers) != 2 or value.data.get("length") != 2:
            return None
        found = tuple(number for number in numbers if number is not None)
        return found if len(found) == 2 else None

    def same(self, got: np.ndarray, right: np.ndarray) -> bool:
        return got.shape == right.shape and all(map(super().same, got.T, right.T))

    def form(self, call: Evidence, curve: Curve) -> list[Finding]:
        if findings := call_findings(self, call):
            return findings
        value = returned(call)
        if value.kind != "list" or value.data.get("length") != 2:
            return [self.finding("not-a-pair", "(lr, momentum)", value.describe())]
        for name, item in zip(("rate", "momentum"), value.items, strict=True):
            if findings := number_findings(item, f"As {name}, your function"):
                return findings
        raise ValueError("values are missing")

    def wrong(
        self, got: list[np.ndarray], right: np.ndarray, curves: list[Curve], number: int
    ) -> list[Finding]:
        got = [values.reshape(-1, 2) for values in got]
        both, turned = got[number], [values[:, ::-1] for values in got]
        codes = self._codes(got, curves)
        if codes == ["wrong-rate"] and (others := self._codes(turned, curves)) != codes:
            wanted = f"({right[0, 0]:.4g}, {right[0, 1]:.4g})"
            first = self.finding("swapped", wanted, f"({both[0, 0]:.4g}, {both[0, 1]:.4g})")
            return [first, *(self._about(code, turned, curves) for code in others)]
        return [self._about(code, got, curves) for code in codes]

    def _about(self, code: str, got: list[np.ndarray], curves: list[Curve]) -> Finding:
        """A finding with the numbers around the first wrong rate, or the first wrong momentum."""
        column = int("momentum" in code)
        rule = _RIGHT.momentum() if column else _RIGHT
        columns = [values[:, column] for values in got]
        number = self._first_wrong(rule, columns, curves) or 0
        right = curves[number].values(rule, len(columns[number]))
        assert right is not None
        return self.finding(code, *self.shown(columns[number], right, curves[number]))

    def _first_wrong(
        self, rule: Rule, columns: list[np.ndarray], curves: list[Curve]
    ) -> int | None:
        """The first schedule whose rates, or momenta, are not the rule's; None: there is none."""
        for number, (curve, values) in enumerate(zip(curves, columns, strict=True)):
            wanted = curve.values(rule, len(values))
            if wanted is None or not equal(values, wanted, self.tolerance):
                return number
        return None

    def _codes(self, got: list[np.ndarray], curves: list[Curve]) -> list[str]:
        """What is wrong with the rates, then with the momenta, as far as that is not the same."""
        rates, momenta = ([values[:, column] for values in got] for column in (0, 1))
        codes, cycle = [], _RIGHT
        if (number := self._first_wrong(_RIGHT, rates, curves)) is not None:
            code, cycle = named(_RATES, _pairs(), rates, curves, number, self.tolerance) or (
                "wrong-rate", _RIGHT)  # fmt: skip
            codes = code.split("+")
        number = self._first_wrong(_RIGHT.momentum(), momenta, curves)
        if number is None or self._first_wrong(cycle.momentum(), momenta, curves) is None:
            return codes
        rules = [*_momenta(_RIGHT), *_momenta(cycle)]
        found = named(rules, (), momenta, curves, number, self.tolerance)
        return [*codes, found[0]] if found else codes or ["wrong-momentum"]

    def mistaken(self) -> Iterable[tuple[str, Rule]]:
        return _RATES


def _top_at(
    top: Callable[[int, float], float], last: Callable[[int], float] | None = None
) -> Place:
    """The peak at another step, or the end of the way down at another one."""

    def place(step: int, steps: int, rising: float) -> tuple[bool, float]:
        peak, final = top(steps, rising), steps - 1 if last is None else last(steps)
        return (True, step / peak) if step <= peak else (False, (step - peak) / (final - peak))

    return place


def _right_top(steps: int, rising: float) -> float:
    return rising * steps - 1


def _from_step_0(step: int, steps: int, rising: float) -> tuple[bool, float]:
    rises, share = _place(step, steps, rising)
    return rises, share if rises else step / (steps - 1)


def _straight(share: float, first: float, last: float) -> float:
    return first + (last - first) * share


def _in_part(up: bool) -> Shape:
    """A straight line on the way up alone, or on the way down alone."""
    return lambda x, a, b: _straight(x, a, b) if (a < b) == up else _shape(x, a, b)


def _fall(left: Callable[[float], float]) -> Shape:
    """Another way from one end to the other: what is left of it after a share."""
    return lambda x, a, b: b + (a - b) * left(x)


_RATES: list[tuple[str, Cycle]] = [
    ("peak-late", Cycle(_top_at(lambda n, r: r * n))),
    ("peak-late", Cycle(_top_at(lambda n, r: r * n, lambda n: n))),
    ("peak-late", Cycle(_top_at(lambda n, r: r * (n - 1)))),
    ("peak-late", Cycle(_top_at(lambda n, r: int(r * n)))),
    ("peak-late", Cycle(_top_at(lambda n, r: int(r * n), lambda n: n))),
    ("peak-late", Cycle(_top_at(lambda n, r: round(r * n)))),
    ("peak-early", Cycle(_top_at(lambda n, r: r * n - 2))),
    ("peak-early", Cycle(_top_at(lambda n, r: r * (n - 1) - 1))),
    ("peak-rounded", Cycle(_top_at(lambda n, r: int(r * n) - 1))),
    ("peak-rounded", Cycle(_top_at(lambda n, r: int(r * n - 1)))),
    ("peak-rounded", Cycle(_top_at(lambda n, r: round(r * n - 1)))),
    ("peak-rounded", Cycle(_top_at(lambda n, r: round(r * n) - 1))),
    ("peak-rounded", Cycle(_top_at(lambda n, r: math.ceil(r * n) - 1))),
    ("end-not-reached", Cycle(_top_at(_right_top, lambda n: n))),
    ("end-not-reached", Cycle(_top_at(_right_top, lambda n: n + _right_top(n, 0)))),
    ("end-not-reached", Cycle(_top_at(_right_top, lambda n: n - 2))),
    ("end-from-peak", Cycle(last=lambda peak, start, end: peak / end)),
    ("back-to-the-start", Cycle(last=lambda peak, start, end: peak / start)),
    ("ends-at-zero", Cycle(last=lambda peak, start, end: 0.0)),
    ("no-warm-up", Cycle(first=lambda peak, start, end: 0.0)),
    ("no-warm-up", Cycle(first=lambda peak, start, end: peak)),
    ("no-warm-up", Cycle(first=lambda peak, start, end: peak / (start * end))),
    ("no-warm-up", Cycle(first=lambda peak, start, end: peak / end)),
    ("setting-ignored", Cycle(settings={"start": 25.0})),
    ("setting-ignored", Cycle(settings={"end": 1e4})),
    ("setting-ignored", Cycle(settings={"start": 25.0, "end": 1e4})),
    ("setting-ignored", Cycle(settings={"rising": 0.25})),
    ("setting-ignored", Cycle(settings={"rising": 0.3})),
    ("setting-ignored", Cycle(settings=DEFAULTS)),
    ("rising-swapped", Cycle(lambda s, n, r: _place(s, n, 1 - r))),
    ("falls-from-step-0", Cycle(_from_step_0)),
    ("one-step-off", Cycle(lambda s, n, r: _place(s + 1, n, r))),
    ("one-step-off", Cycle(lambda s, n, r: _place(max(s - 1, 0), n, r))),
    ("one-step-off", Cycle(lambda s, n, r: _place(s - 1, n, r))),
    ("straight", Cycle(shape=_straight)),
    ("straight", Cycle(shape=_in_part(True))),
    ("straight", Cycle(shape=_in_part(False))),
    ("degrees", Cycle(shape=lambda x, a, b: _shape(180 * x / math.pi, a, b))),
    ("not-half-a-turn", Cycle(shape=lambda x, a, b: _shape(x / math.pi, a, b))),
    ("not-half-a-turn", Cycle(shape=lambda x, a, b: _shape(2 * x, a, b))),
    ("not-half-a-turn", Cycle(shape=lambda x, a, b: _shape(x / 2, a, b))),
    ("not-half-a-turn", Cycle(shape=_fall(lambda x: math.cos(math.pi * x / 2)))),
    ("half-missing", Cycle(shape=_fall(lambda x: 1 + math.cos(math.pi * x)))),
]


def _pairs() -> Iterator[tuple[str, Cycle]]:
    """Two mistakes about the rate at once."""
    for (code, cycle), (other_code, other) in combinations(_RATES, 2):
        both = cycle.with_parts_of(other)
        if both and code != other_code:
            yield f"{code}+{other_code}", both


def _of_rate(cycle: Cycle, *args: Any, **kwargs: Any) -> float:
    """Mirrored from the rate, relative to where that began."""
    peak, start = args[2], kwargs.get("start", 25.0)
    share = (cycle(*args, **kwargs) - peak / start) / (peak - peak / start)
    return HIGH - (HIGH - LOW) * share


def _of_least_rate(cycle: Cycle, *args: Any, **kwargs: Any) -> float:
    """Mirrored from the rate, relative to where that ends."""
    peak = args[2]
    last = peak / (kwargs.get("start", 25.0) * kwargs.get("end", 1e4))
    return HIGH - (HIGH - LOW) * (cycle(*args, **kwargs) - last) / (peak - last)


def _of_share_of_peak(cycle: Cycle, *args: Any, **kwargs: Any) -> float:
    return HIGH - (HIGH - LOW) * cycle(*args, **kwargs) / float(args[2])


def _always(value: float) -> Rule:
    return lambda *args, **kwargs: value


def _momenta(cycle: Cycle) -> list[tuple[str, Rule]]:
    """Mistakes about the momentum alone, beside these rates."""
    momentum = cycle.momentum
    return [
        ("momentum-not-mirrored", momentum(LOW, HIGH)),
        *[("momentum-fixed", _always(value)) for value in (0.9, 0.95, 0.85, 0.8, 0.99, 0.0)],
        ("momentum-not-back", momentum(after=LOW)),
        *[
            ("momentum-from-rate", partial(rule, cycle))
            for rule in (_of_rate, _of_least_rate, _of_share_of_peak)
        ],
        ("momentum-straight", momentum(shape=_straight)),
        *[
            ("momentum-ends", momentum(*ends))
            for ends in ((0.9, 0.8), (0.95, 0.8), (0.95, 0.9), (0.9, 0.85), (0.99, 0.85), (1, 0))
        ],
        ("momentum-not-mirrored", momentum(0.8, 0.9)),
        ("momentum-not-mirrored", momentum(0.8, 0.95)),
    ]
