"""Exercise decay.l2_step: Adam with the decay in the gradient."""

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np

from helpers.checks.core import Mistake
from helpers.checks.decay.steps import (
    ADAM_MISTAKES,
    Decay,
    DecayStep,
    beside_the_mean,
    coupled,
    decoupled,
    in_the_mean_alone,
    in_the_square_alone,
    with_decay,
)
from helpers.checks.walks import Rule

_right = with_decay(coupled)


class L2Step(DecayStep):
    """l2_step(weight, gradient, mean, square, step, lr, weight_decay, ...) -> the new three."""

    id = "decay.l2_step"
    checked = (
        "three walks of 20 steps, each where torch's Adam with weight_decay goes; the tensors you "
        "were given are unchanged"
    )
    mistakes: ClassVar = {
        **ADAM_MISTAKES,
        "decoupled": Mistake(
            "This is the decoupled decay of AdamW, which comes next: the weight shrinks beside "
            "the step. L2 is a penalty in the loss, so that it goes through Adam.",
            "what is added to the gradient before Adam sees it",
        ),
        "scaled-by-rate": Mistake(
            "The learning rate is in your decay. What is added is a gradient, and Adam multiplies "
            "by the rate later.",
            "the slope of the penalty: what it depends on",
        ),
        "one-mean-only": Mistake(
            "Only one of Adam's two means knows of the decay. Both follow the same gradient.",
            "which gradient each of the two means gets",
        ),
        "added-after-the-means": Mistake(
            "The decay is added to the mean of the gradients, after it was made. The decay of "
            "former steps is then forgotten.",
            "the place: before the two means are made",
        ),
        "wrong-step": Mistake(
            "Your steps do not lead where torch's Adam with weight_decay goes.",
            ADAM_MISTAKES["wrong-step"].look_again,
        ),
    }

    @property
    def way(self) -> Decay:
        return coupled

    @staticmethod
    def right(*args: Any, **kwargs: Any) -> tuple[np.ndarray, ...]:
        return _right(*args, **kwargs)

    def decayed_otherwise(self) -> Iterable[tuple[str, Decay]]:
        return [
            ("decoupled", decoupled),
            ("decoupled", lambda w, g, lr, d: (w * (1 - d), g)),
            ("away-from-zero", lambda w, g, lr, d: (w, g - d * w)),
            ("scaled-by-rate", lambda w, g, lr, d: (w, g + lr * d * w)),
            ("decay-doubled", lambda w, g, lr, d: (w, g + 2 * d * w)),
            ("decay-halved", lambda w, g, lr, d: (w, g + d / 2 * w)),
            ("decay-squared", lambda w, g, lr, d: (w, g + d * w**2)),
            ("decay-squared", lambda w, g, lr, d: (w, g + d / 2 * w**2)),
            ("decay-squared", lambda w, g, lr, d: (w, g + d**2 * w)),
            ("decay-squared", lambda w, g, lr, d: (w, g + d * (w**2).sum())),
            ("sign-of-the-weight", lambda w, g, lr, d: (w, g + d * np.sign(w))),
        ]

    def placed_otherwise(self) -> Iterable[tuple[str, Rule]]:
        return [
            ("one-mean-only", in_the_mean_alone),
            ("one-mean-only", in_the_square_alone),
            ("added-after-the-means", beside_the_mean),
        ]
