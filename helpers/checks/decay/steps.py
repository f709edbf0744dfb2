"""What the two steps with decay share: Adam around it, the walks, and mistakes as rules."""

from abc import abstractmethod
from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

import numpy as np

from helpers.checks.core import Mistake, rng
from helpers.checks.schedule.adam_step import DEFAULTS, AdamStep
from helpers.checks.walks import STEPS, Rule, Walk, WalkExercise

#: (weight, gradient, lr, decay) -> weight and gradient as Adam's step gets them.
Decay = Callable[[np.ndarray, np.ndarray, float, float], tuple[np.ndarray, np.ndarray]]
adam: Rule = AdamStep.right

#: The words for what can be wrong with Adam itself.
ADAM_MISTAKES: dict[str, Mistake] = {
    **AdamStep.mistakes,
    "swapped": Mistake(
        "The three tensors come back in another order. The new weight is first, then the mean, "
        "then the square.",
        "the order in the return line",
    ),
    "no-decay": Mistake(
        "These are the steps of plain Adam: weight_decay changes nothing.",
        "where the argument weight_decay is used in your function",
    ),
    "away-from-zero": Mistake(
        "Your decay pushes the weights away from zero. It should pull them towards it.",
        "the sign of the term with the decay",
    ),
    "decay-squared": Mistake(
        "Something is squared in your decay. The penalty is a square, its slope is not.",
        "the slope of half a square",
    ),
    "decay-doubled": Mistake(
        "Your decay has twice the strength of torch's, which takes half the square as penalty.",
        "the factor in front of the decay",
    ),
    "decay-halved": Mistake(
        "Your decay has half the strength that was asked for: the slope of half a square has no "
        "one half in it.",
        "the factor in front of the decay",
    ),
    "sign-of-the-weight": Mistake(
        "Your decay pulls every weight with the same force, whatever its size. A penalty of "
        "squares pulls large weights harder.",
        "what the decay is multiplied by",
    ),
    "settings-ignored": Mistake(
        "Neither betas nor eps have an effect: your steps are those of Adam's defaults.",
        "whether you pass on everything that your function was given",
    ),
    "wrong-step": Mistake(
        "Your steps do not lead where torch's goes.",
        "the first step by hand, once with a decay of 0 and once with a large one",
    ),
}


def with_decay(decay: Decay, step: Rule = adam) -> Rule:
    """A step of Adam on what `decay` makes of weight and gradient."""

    def rule(
        weight: np.ndarray, gradient: np.ndarray, *rest: Any, weight_decay: float, **options: Any
    ) -> tuple[np.ndarray, ...]:
        before = decay(weight, gradient, rest[3], weight_decay)
        return step(*before, *rest, **options)

    return rule


def coupled(w: np.ndarray, g: np.ndarray, lr: float, d: float) -> tuple[np.ndarray, np.ndarray]:
    """L2: the decay is part of the gradient."""
    return w, g + d * w


def decoupled(w: np.ndarray, g: np.ndarray, lr: float, d: float) -> tuple[np.ndarray, np.ndarray]:
    """The weight shrinks beside Adam's step."""
    return w * (1 - lr * d), g


def neither(w: np.ndarray, g: np.ndarray, lr: float, d: float) -> tuple[np.ndarray, np.ndarray]:
    """No decay at all."""
    return w, g


def in_the_mean_alone(
    weight: np.ndarray, gradient: np.ndarray, *rest: Any, weight_decay: float, **options: Any
) -> tuple[np.ndarray, ...]:
    """The decay is added to the gradient for the mean, not for the square."""
    return _two_gradients(gradient + weight_decay * weight, gradient, weight, rest, options)


def in_the_square_alone(
    weight: np.ndarray, gradient: np.ndarray, *rest: Any, weight_decay: float, **options: Any
) -> tuple[np.ndarray, ...]:
    """The decay is added to the gradient for the square, not for the mean."""
    return _two_gradients(gradient, gradient + weight_decay * weight, weight, rest, options)


def beside_the_mean(
    weight: np.ndarray, gradient: np.ndarray, *rest: Any, weight_decay: float, **options: Any
) -> tuple[np.ndarray, ...]:
    """The decay is added to the corrected mean, and so divided by the root like it."""
    (beta1, beta2), eps = options.get("betas", DEFAULTS[0]), options.get("eps", DEFAULTS[1])
    _, mean, square = adam(weight, gradient, *rest, **options)
    number, lr = rest[2], rest[3]
    root = np.sqrt(square / (1 - beta2**number)) + eps
    return weight - lr * (mean / (1 - beta1**number) + weight_decay * weight) / root, mean, square


def _two_gradients(
    for_mean: np.ndarray,
    for_square: np.ndarray,
    weight: np.ndarray,
    rest: tuple[Any, ...],
    options: dict[str, Any],
) -> tuple[np.ndarray, ...]:
    (beta1, beta2), eps = options.get("betas", DEFAULTS[0]), options.get("eps", DEFAULTS[1])
    mean = adam(weight, for_mean, *rest, **options)[1]
    square = adam(weight, for_square, *rest, **options)[2]
    number, lr = rest[2], rest[3]
    root = np.sqrt(square / (1 - beta2**number)) + eps
    return weight - lr * mean / (1 - beta1**number) / root, mean, square


def _defaults(*args: Any, **options: Any) -> tuple[np.ndarray, ...]:
    return adam(*args)


class DecayStep(WalkExercise):
    """One step of Adam with weight decay, in one of the two ways."""

    parameters = (
        "weight", "gradient", "mean", "square", "step", "lr", "weight_decay",
        "betas=(0.9, 0.999)", "eps=1e-8",
    )  # fmt: skip
    memory = ("mean", "square")
    counts = True

    @property
    @abstractmethod
    def way(self) -> Decay:
        """How this exercise decays."""

    def inputs(self, seed: int) -> list[Walk]:
        """Two walks with Adam's defaults, one with other betas and a large eps."""
        draw = rng(seed, self.id)
        first, second, eps = draw.uniform([0.6, 0.9, 0.03], [0.8, 0.97, 0.1])
        chosen = {"betas": (float(first), float(second)), "eps": float(eps)}
        walks = []
        for number, options in enumerate(({}, {}, chosen)):
            shape = tuple(int(side) for side in draw.integers(3, 5, size=1 + (number + 1) % 3))
            decay = {"weight_decay": round(float(draw.uniform(0.3, 0.8)), 3)}
            walks.append(Walk(
                draw.normal(0, 2, size=shape),
                draw.normal(size=(STEPS, *shape)),
                draw.uniform(0.03, 0.1, size=STEPS),
                decay | options,
            ))  # fmt: skip
        return walks

    def mistaken(self) -> Iterable[tuple[str, Rule]]:
        return [
            *((code, with_decay(decay)) for code, decay in self._decays()),
            *self.placed_otherwise(),
            *((code, with_decay(self.way, rule)) for code, rule in _adams()),
        ]

    def combined(self) -> Iterable[tuple[str, Rule]]:
        for (code, decay), (other, rule) in product(self._decays(), _adams()):
            yield f"{code}+{other}", with_decay(decay, rule)

    def _decays(self) -> list[tuple[str, Decay]]:
        return [("no-decay", neither), *self.decayed_otherwise()]

    @abstractmethod
    def decayed_otherwise(self) -> Iterable[tuple[str, Decay]]:
        """Finding codes with other decays in the right place."""

    @abstractmethod
    def placed_otherwise(self) -> Iterable[tuple[str, Rule]]:
        """Finding codes with whole steps that decay in another place."""


def _adams() -> list[tuple[str, Rule]]:
    """Finding codes with what can be wrong with Adam itself."""
    return [("settings-ignored", _defaults), *AdamStep().mistaken()]
