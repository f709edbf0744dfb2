"""Exercise decay.decoupled_step: Adam, and the weights shrink beside it."""

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np

from helpers.checks.core import Mistake
from helpers.checks.decay.steps import (
    ADAM_MISTAKES,
    Decay,
    DecayStep,
    adam,
    beside_the_mean,
    coupled,
    decoupled,
    with_decay,
)
from helpers.checks.walks import Rule

_right = with_decay(decoupled)


class DecoupledStep(DecayStep):
    """decoupled_step(weight, gradient, mean, square, step, lr, weight_decay, ...) -> the three."""

    id = "decay.decoupled_step"
    checked = (
        "three walks of 20 steps, each where torch's AdamW goes; the tensors you were given are "
        "unchanged"
    )
    mistakes: ClassVar = {
        **ADAM_MISTAKES,
        "coupled": Mistake(
            "The decay is added to the gradient. Adam then divides it by the root of the square, "
            "which is what decoupled decay avoids.",
            "which gradient Adam gets, and what happens to the weight beside it",
        ),
        "both-ways": Mistake(
            "Your function decays twice: the weight shrinks, and the gradient has the decay in it "
            "too.",
            "which gradient Adam gets",
        ),
        "rate-forgotten": Mistake(
            "The weight shrinks by weight_decay alone. The learning rate belongs to it: a "
            "scheduler that lowers the rate then lowers the decay with it.",
            "the share of the weight that is taken away",
        ),
        "rate-squared": Mistake(
            "The learning rate is in your decay twice.",
            "the brackets: what the rate is multiplied by",
        ),
        "after-the-step": Mistake(
            "Your function shrinks the weight after Adam's step. It is the weight as it was before "
            "the step that counts.",
            "which weight the decay is multiplied by",
        ),
        "through-the-root": Mistake(
            "Your decay is divided by the root of the square, like the mean. A weight with large "
            "gradients then hardly decays.",
            "the brackets: what belongs above the root, and what does not",
        ),
        "only-shrinks": Mistake(
            "The weight shrinks, but Adam's own step is missing.", "what is taken from the weight"
        ),
        "wrong-step": Mistake(
            "Your steps do not lead where torch's AdamW goes.",
            ADAM_MISTAKES["wrong-step"].look_again,
        ),
    }

    @property
    def way(self) -> Decay:
        return decoupled

    @staticmethod
    def right(*args: Any, **kwargs: Any) -> tuple[np.ndarray, ...]:
        return _right(*args, **kwargs)

    def decayed_otherwise(self) -> Iterable[tuple[str, Decay]]:
        return [
            ("coupled", coupled),
            ("coupled", lambda w, g, lr, d: (w, g + lr * d * w)),
            ("both-ways", lambda w, g, lr, d: (w * (1 - lr * d), g + d * w)),
            ("rate-forgotten", lambda w, g, lr, d: (w * (1 - d), g)),
            ("rate-squared", lambda w, g, lr, d: (w * (1 - lr * lr * d), g)),
            ("away-from-zero", lambda w, g, lr, d: (w * (1 + lr * d), g)),
            ("away-from-zero", lambda w, g, lr, d: (w * (1 + d), g)),
            ("decay-doubled", lambda w, g, lr, d: (w * (1 - 2 * lr * d), g)),
            ("decay-halved", lambda w, g, lr, d: (w * (1 - lr * d / 2), g)),
            ("decay-squared", lambda w, g, lr, d: (w - lr * d * w**2, g)),
            ("decay-squared", lambda w, g, lr, d: (w * (1 - lr * d**2), g)),
            ("sign-of-the-weight", lambda w, g, lr, d: (w - lr * d * np.sign(w), g)),
        ]

    def placed_otherwise(self) -> Iterable[tuple[str, Rule]]:
        return [
            ("after-the-step", _after(lambda lr, d: lr * d)),
            ("rate-forgotten", _after(lambda lr, d: d)),
            ("through-the-root", beside_the_mean),
            ("only-shrinks", _only_shrinks),
        ]


def _after(share: Any) -> Rule:
    """Adam's step first; then the weight shrinks by this share."""

    def rule(*args: Any, weight_decay: float, **options: Any) -> tuple[np.ndarray, ...]:
        weight, mean, square = adam(*args, **options)
        return weight * (1 - share(args[5], weight_decay)), mean, square

    return rule


def _only_shrinks(*args: Any, weight_decay: float, **options: Any) -> tuple[np.ndarray, ...]:
    _, mean, square = adam(*args, **options)
    return args[0] * (1 - args[5] * weight_decay), mean, square
