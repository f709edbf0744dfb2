"""Exercise schedule.adam_step: one step of Adam."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import product
from typing import Any, ClassVar

import numpy as np

from helpers.checks.core import Mistake, rng
from helpers.checks.walks import STEPS, Rule, Walk, WalkExercise

#: (old mean, gradient, beta) -> new mean.
Average = Callable[[np.ndarray, np.ndarray, float], np.ndarray]
#: (new mean, new square, first beta, second beta, step, eps) -> what the weight loses, over lr.
Move = Callable[[np.ndarray, np.ndarray, float, float, int, float], np.ndarray]
#: (new mean, new square, first beta, second beta, step) -> both corrected.
Correction = Callable[[np.ndarray, np.ndarray, float, float, int], tuple[np.ndarray, np.ndarray]]
#: (corrected mean, corrected square, eps) -> what the weight loses, over lr.
Division = Callable[[np.ndarray, np.ndarray, float], np.ndarray]
DEFAULTS: tuple[tuple[float, float], float] = ((0.9, 0.999), 1e-8)


def _mean(old: np.ndarray, gradient: np.ndarray, beta: float) -> np.ndarray:
    return beta * old + (1 - beta) * gradient


def _square(old: np.ndarray, gradient: np.ndarray, beta: float) -> np.ndarray:
    return beta * old + (1 - beta) * gradient**2


def _corrected(
    mean: np.ndarray, square: np.ndarray, beta1: float, beta2: float, step: int
) -> tuple[np.ndarray, np.ndarray]:
    return mean / _part(beta1**step), square / _part(beta2**step)


def _over_root(mean: np.ndarray, square: np.ndarray, eps: float) -> np.ndarray:
    return mean / (np.sqrt(square) + eps)


def _moved(correct: Correction = _corrected, divide: Division = _over_root) -> Move:
    """A move with one part of it replaced."""
    return lambda m, s, b1, b2, t, eps: divide(*correct(m, s, b1, b2, t), eps)


_move = _moved()


def _part(rest: float) -> np.float64:
    """The share of the gradients in a mean that began at zero; division by it gives no error."""
    return np.float64(1 - rest)


def _rule(mean: Average = _mean, square: Average = _square, move: Move = _move) -> Rule:
    """A step with one part of it replaced."""

    def step(
        weight: np.ndarray,
        gradient: np.ndarray,
        old_mean: np.ndarray,
        old_square: np.ndarray,
        number: int,
        lr: float,
        betas: tuple[float, float] = DEFAULTS[0],
        eps: float = DEFAULTS[1],
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        new_mean = mean(old_mean, gradient, betas[0])
        new_square = square(old_square, gradient, betas[1])
        return weight - lr * move(new_mean, new_square, *betas, number, eps), new_mean, new_square

    return step


_right = _rule()


class AdamStep(WalkExercise):
    """adam_step(weight, gradient, mean, square, step, lr, betas, eps) -> (weight, mean, square)."""

    id = "schedule.adam_step"
    parameters = (
        "weight", "gradient", "mean", "square", "step", "lr", "betas=(0.9, 0.999)", "eps=1e-8",
    )  # fmt: skip
    memory = ("mean", "square")
    counts = True
    own_versions = ("helpers.training.adam_step",)
    checked = (
        "four walks of 20 steps, each where torch's Adam goes: with its defaults, other betas, a "
        "large eps, tiny gradients; the tensors you were given are unchanged"
    )
    mistakes: ClassVar = {
        "not-the-parts": Mistake(
            "Your function should return three tensors: the new weight, mean and square.",
            "the return line",
        ),
        "given-changed": Mistake(
            "Your function changes the {which} that it was given. Whoever called it still holds "
            "that tensor and does not expect it to move.",
            "operations that work in place: names that end in an underscore, and -=, +=, *=",
        ),
        "shares-memory": Mistake(
            "The {result} you return is no new tensor but the {given} that was given, under "
            "another name. Whoever sets one to zero loses the other too.",
            "the places where a tensor only gets a second name",
        ),
        "swapped": Mistake(
            "The three tensors come back in another order. The new weight is first, then the mean, "
            "then the square.",
            "the order in the return line",
        ),
        "no-bias-correction": Mistake(
            "The bias correction is missing. Both means begin at zero, so that in the first steps "
            "they are far too small, the square most of all.",
            "what the number of the step is for",
        ),
        "half-corrected": Mistake(
            "Only one of the two means gets its bias correction.",
            "the mean and the square: what each is divided by before it is used",
        ),
        "corrected-with-other-beta": Mistake(
            "A bias correction uses the beta of the other mean.",
            "which beta belongs to the mean, and which to the square",
        ),
        "correction-without-exponent": Mistake(
            "The bias correction is the same in every step. The zero at the beginning should "
            "matter less and less.",
            "where the number of the step enters the correction",
        ),
        "correction-upside-down": Mistake(
            "The bias correction makes means that are too small smaller still.",
            "whether the correction multiplies or divides",
        ),
        "corrected-after-the-root": Mistake(
            "You take the root of the square first and correct it afterwards, by the whole amount. "
            "A root needs only the root of the correction.",
            "the order: correct, then take the root",
        ),
        "step-off-by-one": Mistake(
            "The bias correction is off by one step. Steps are counted from 1.",
            "the exponent in the correction",
        ),
        "corrected-fed-back": Mistake(
            "Your function returns the corrected means. In the next step they are corrected again.",
            "which mean and square are returned: before or after the correction",
        ),
        "eps-in-root": Mistake(
            "The eps is under the root. There it acts like its own root, a far larger number.",
            "the brackets of the root",
        ),
        "eps-before-correction": Mistake(
            "The eps is added before the bias correction, so that the correction changes it too. "
            "The paper mentions this short form; torch adds eps last.",
            "the order: correct, take the root, then add eps",
        ),
        "eps-missing": Mistake(
            "The eps is missing: where gradients are zero, zero is divided by zero; where they are "
            "tiny, steps come out as large as ever.",
            "what you divide by",
        ),
        "eps-ignored": Mistake(
            "The eps is a fixed number in your function, whatever was asked for.",
            "where the argument eps is used",
        ),
        "betas-swapped": Mistake(
            "The two betas have changed places.", "which beta is for the mean, which for the square"
        ),
        "betas-ignored": Mistake(
            "The betas are fixed numbers in your function, whatever was asked for.",
            "where the argument betas is used",
        ),
        "weights-swapped": Mistake(
            "A beta is at the wrong one of the two: it says how much of the old mean stays, not "
            "how much the new gradient counts.",
            "what is multiplied by beta, and what by 1 - beta",
        ),
        "gradient-enters-whole": Mistake(
            "New gradients enter a mean whole, as in the velocity of SGD. In a running mean the "
            "shares of old and new add up to 1.",
            "what the gradient is multiplied by on its way into the mean",
        ),
        "square-of-the-mean": Mistake(
            "The square is made from the mean of the gradients. It follows the gradient itself.",
            "what is squared",
        ),
        "not-squared": Mistake(
            "The gradient enters the second mean without being squared.",
            "the line that makes the square",
        ),
        "root-missing": Mistake(
            "Your step divides by the square itself. Halve all gradients, and the steps double.",
            "what the mean is divided by",
        ),
        "gradient-not-mean": Mistake(
            "Your step follows the gradient of the moment; the mean is kept but not used.",
            "what is divided by the root",
        ),
        "one-step-late": Mistake(
            "Your step uses a mean from before the new gradient.",
            "which mean and which square the step uses: the ones given or the new ones",
        ),
        "uphill": Mistake(
            "Your steps go up the slope: the loss would grow.", "the sign in front of the step"
        ),
        "wrong-step": Mistake(
            "Your steps do not lead where torch's Adam goes.",
            "the first step by hand: whatever the gradient, the weight moves by about lr",
        ),
    }

    def inputs(self, seed: int) -> list[Walk]:
        """Defaults, some gradients zero; other betas; a large eps; tiny gradients."""
        draw = rng(seed, self.id)
        first, second, eps = draw.uniform([0.6, 0.9, 0.03], [0.8, 0.97, 0.1])
        betas = (float(first), float(second))
        options: list[tuple[float, dict[str, Any]]] = [
            (1.0, {}),
            (1.0, {"betas": betas}),
            (0.2, {"betas": betas, "eps": float(eps)}),
            (3e-8, {}),
        ]
        walks = []
        for number, (size, chosen) in enumerate(options):
            shape = tuple(int(side) for side in draw.integers(3, 5, size=1 + (number + 1) % 3))
            rates = draw.uniform(0.01, 0.1, size=STEPS) if number else np.full(STEPS, 0.03)
            start, gradients = draw.normal(size=shape), size * draw.normal(size=(STEPS, *shape))
            if not number:
                gradients[:, 0] = 0.0  # a dead unit
            walks.append(Walk(start, gradients, rates, chosen))
        return walks

    @staticmethod
    def right(*args: Any, **kwargs: Any) -> tuple[np.ndarray, ...]:
        return _right(*args, **kwargs)

    def mistaken(self) -> Iterable[tuple[str, Rule]]:
        return [*_PARTS, *_OTHERS]

    def combined(self) -> Iterable[tuple[str, Rule]]:
        for (code, correct), (other, divide) in product(_CORRECTIONS, _DIVISIONS):
            yield f"{code}+{other}", _rule(move=_moved(correct, divide))
        for (code, mean, square), (other, move) in product(_AVERAGES, _MOVES):
            yield f"{code}+{other}", _rule(mean, square, move)
        for (code, rule), (other, changed) in product(_PARTS, _SETTINGS):
            yield f"{code}+{other}", changed(rule)
        for order, (code, rule) in product(_ORDERS, [*_PARTS, *_OTHERS]):
            yield f"swapped+{code}", _reordered(order, rule)


_AVERAGES: list[tuple[str, Average, Average]] = [
    ("weights-swapped", lambda m, g, b: (1 - b) * m + b * g, _square),
    ("weights-swapped", _mean, lambda s, g, b: (1 - b) * s + b * g**2),
    ("weights-swapped", lambda m, g, b: (1 - b) * m + b * g, lambda s, g, b: (
        (1 - b) * s + b * g**2)),
    ("gradient-enters-whole", lambda m, g, b: b * m + g, _square),
    ("gradient-enters-whole", _mean, lambda s, g, b: b * s + g**2),
    ("gradient-enters-whole", lambda m, g, b: b * m + g, lambda s, g, b: b * s + g**2),
    ("not-squared", _mean, _mean),
    ("not-squared", _mean, lambda s, g, b: _mean(s, np.abs(g), b)),
]  # fmt: skip


def _at_another_step(by: int) -> Correction:
    return lambda m, s, b1, b2, t: _corrected(m, s, b1, b2, t + by)


_CORRECTIONS: list[tuple[str, Correction]] = [
    ("no-bias-correction", lambda m, s, b1, b2, t: (m, s)),
    ("half-corrected", lambda m, s, b1, b2, t: (m / _part(b1**t), s)),
    ("half-corrected", lambda m, s, b1, b2, t: (m, s / _part(b2**t))),
    ("corrected-with-other-beta", lambda m, s, b1, b2, t: _corrected(m, s, b1, b1, t)),
    ("corrected-with-other-beta", lambda m, s, b1, b2, t: _corrected(m, s, b2, b2, t)),
    ("corrected-with-other-beta", lambda m, s, b1, b2, t: _corrected(m, s, b2, b1, t)),
    ("correction-without-exponent", lambda m, s, b1, b2, t: _corrected(m, s, b1, b2, 1)),
    ("correction-without-exponent", lambda m, s, b1, b2, t: (
        m / _part(b1 * t), s / _part(b2 * t))),
    ("correction-without-exponent", lambda m, s, b1, b2, t: (m / _part(b1), s / _part(b2**t))),
    ("correction-without-exponent", lambda m, s, b1, b2, t: (m / _part(b1**t), s / _part(b2))),
    ("correction-upside-down", lambda m, s, b1, b2, t: (m * (1 - b1**t), s * (1 - b2**t))),
    ("corrected-after-the-root", lambda m, s, b1, b2, t: (m / _part(b1**t), s / _part(b2**t)**2)),
    ("step-off-by-one", _at_another_step(1)),
    ("step-off-by-one", _at_another_step(-1)),
]  # fmt: skip
_DIVISIONS: list[tuple[str, Division]] = [
    ("eps-missing", lambda m, s, eps: m / np.sqrt(s)),
    ("eps-in-root", lambda m, s, eps: m / np.sqrt(s + eps)),
    ("root-missing", lambda m, s, eps: m / (s + eps)),
    ("uphill", lambda m, s, eps: -_over_root(m, s, eps)),
]
_MOVES: list[tuple[str, Move]] = [
    *((code, _moved(correct)) for code, correct in _CORRECTIONS),
    *((code, _moved(divide=divide)) for code, divide in _DIVISIONS),
    ("eps-in-root", lambda m, s, b1, b2, t, eps: (
        m / _part(b1**t) / np.sqrt((s + eps) / _part(b2**t)))),
    ("eps-before-correction", lambda m, s, b1, b2, t, eps: (
        m / _part(b1**t) / ((np.sqrt(s) + eps) / np.sqrt(_part(b2**t))))),
]  # fmt: skip


def _corrected_fed_back(*args: Any, **kwargs: Any) -> tuple[np.ndarray, ...]:
    weight, mean, square = _right(*args, **kwargs)
    (beta1, beta2), step = kwargs.get("betas", DEFAULTS[0]), args[4]
    return weight, mean / _part(beta1**step), square / _part(beta2**step)


def _square_of_the_mean(*args: Any, **kwargs: Any) -> tuple[np.ndarray, ...]:
    """The new mean squared, in place of the squared gradient."""
    _, gradient, mean, *_ = args
    new = _mean(mean, gradient, kwargs.get("betas", DEFAULTS[0])[0])
    return _rule(square=lambda s, g, b: _square(s, new, b))(*args, **kwargs)


def _late(keep_mean: bool, keep_square: bool) -> Rule:
    """A step with the mean, or the square, from before it."""

    def step(*args: Any, **kwargs: Any) -> tuple[np.ndarray, ...]:
        _, mean, square = _right(*args, **kwargs)

        def move(
            m: np.ndarray, s: np.ndarray, b1: float, b2: float, t: int, eps: float
        ) -> np.ndarray:
            return _move(args[2] if keep_mean else m, args[3] if keep_square else s, b1, b2, t, eps)

        return _rule(move=move)(*args, **kwargs)[0], mean, square

    return step


def _gradient_not_mean(*args: Any, **kwargs: Any) -> tuple[np.ndarray, ...]:
    _, mean, square = _right(*args, **kwargs)
    gradient, step = args[1], args[4]
    beta1 = kwargs.get("betas", DEFAULTS[0])[0]
    whole = _rule(lambda m, g, b: gradient * _part(beta1**step))
    return whole(*args, **kwargs)[0], mean, square


def _fixed(rule: Rule, **changed: Any) -> Rule:
    """A step that uses these settings instead of the ones asked for."""
    return lambda *args, **kwargs: rule(*args, **(kwargs | changed))


def _betas_swapped(rule: Rule) -> Rule:
    return lambda *args, **kwargs: rule(
        *args, **(kwargs | {"betas": kwargs.get("betas", DEFAULTS[0])[::-1]})
    )


def _reordered(order: tuple[int, ...], rule: Rule) -> Rule:
    return lambda *args, **kwargs: tuple(rule(*args, **kwargs)[place] for place in order)


_SETTINGS: list[tuple[str, Callable[[Rule], Rule]]] = [
    ("betas-swapped", _betas_swapped),
    ("betas-ignored", partial(_fixed, betas=DEFAULTS[0])),
    ("eps-ignored", partial(_fixed, eps=DEFAULTS[1])),
]
_ORDERS = ((0, 2, 1), (1, 2, 0), (1, 0, 2), (2, 1, 0))
_PARTS: list[tuple[str, Rule]] = [
    *((code, _rule(mean, square)) for code, mean, square in _AVERAGES),
    *((code, _rule(move=move)) for code, move in _MOVES),
    ("corrected-fed-back", _corrected_fed_back),
    ("square-of-the-mean", _square_of_the_mean),
    ("gradient-not-mean", _gradient_not_mean),
    ("gradient-not-mean", _rule(
        lambda m, g, b: g, move=lambda m, s, b1, b2, t, eps: m / (np.sqrt(s / (1 - b2**t)) + eps))),
    *[("one-step-late", _late(*old)) for old in ((True, True), (True, False), (False, True))],
]  # fmt: skip
_OTHERS: list[tuple[str, Rule]] = [
    *((code, changed(_right)) for code, changed in _SETTINGS),
    *(("swapped", _reordered(order, _right)) for order in _ORDERS),
]
