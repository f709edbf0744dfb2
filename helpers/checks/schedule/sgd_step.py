"""Exercise schedule.sgd_step: one step of gradient descent with momentum."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import product
from typing import Any, ClassVar

import numpy as np

from helpers.checks.core import Mistake, rng
from helpers.checks.walks import STEPS, Rule, Walk, WalkExercise

#: (old velocity, gradient, lr, momentum) -> new velocity.
Velocity = Callable[[np.ndarray, np.ndarray, float, float], np.ndarray]
#: (new velocity, old velocity, gradient, lr, momentum, nesterov) -> what the weight loses.
Move = Callable[[np.ndarray, np.ndarray, np.ndarray, float, float, bool], np.ndarray]
#: (new velocity, old velocity, gradient, momentum) -> Nesterov's move over lr.
Parts = Callable[[np.ndarray, np.ndarray, np.ndarray, float], np.ndarray]


def _velocity(old: np.ndarray, gradient: np.ndarray, lr: float, momentum: float) -> np.ndarray:
    return momentum * old + gradient


def _move(
    new: np.ndarray,
    old: np.ndarray,
    gradient: np.ndarray,
    lr: float,
    momentum: float,
    nesterov: bool,
) -> np.ndarray:
    return lr * (gradient + momentum * new if nesterov else new)


def _rule(velocity: Velocity = _velocity, move: Move = _move) -> Rule:
    """A step with one part of it replaced."""

    def step(
        weight: np.ndarray,
        gradient: np.ndarray,
        old: np.ndarray,
        lr: float,
        momentum: float = 0.9,
        nesterov: bool = False,
    ) -> tuple[np.ndarray, np.ndarray]:
        new = velocity(old, gradient, lr, momentum)
        return weight - move(new, old, gradient, lr, momentum, nesterov), new

    return step


_right = _rule()


class SgdStep(WalkExercise):
    """sgd_step(weight, gradient, velocity, lr, momentum, nesterov) -> (weight, velocity)."""

    id = "schedule.sgd_step"
    parameters = ("weight", "gradient", "velocity", "lr", "momentum=0.9", "nesterov=False")
    memory = ("velocity",)
    own_versions = ("helpers.training.sgd_step",)
    checked = (
        "four walks of 20 steps, each where torch's SGD goes: plain, with momentum, with "
        "Nesterov's look ahead, with changing rates; the tensors you were given are unchanged"
    )
    mistakes: ClassVar = {
        "not-the-parts": Mistake(
            "Your function should return a pair: the new weight and the new velocity.",
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
            "Your function returns the velocity first. The new weight comes first.",
            "the order in the return line",
        ),
        "no-momentum": Mistake(
            "Your steps remember nothing of the steps before: this is descent without momentum.",
            "what becomes of the velocity that was given, and which velocity is returned",
        ),
        "dampened": Mistake(
            "New gradients enter your velocity only in part, as in an average. In torch's SGD they "
            "enter whole; the velocity grows larger than a gradient.",
            "what the gradient is multiplied by on its way into the velocity",
        ),
        "momentum-swapped": Mistake(
            "The momentum is at the wrong one of the two: it says how much of the old velocity "
            "stays, not how much of the gradient counts.",
            "what is multiplied by the momentum",
        ),
        "momentum-on-both": Mistake(
            "The momentum weakens the new gradient too. It belongs to the old velocity alone.",
            "the brackets in the line that makes the velocity",
        ),
        "momentum-ignored": Mistake(
            "The momentum is a fixed number in your function, whatever was asked for.",
            "where the argument momentum is used",
        ),
        "lr-in-velocity": Mistake(
            "The learning rate is inside your velocity. As long as it stays the same, nobody "
            "notices; when a schedule lowers it, what you remember still has the old rate.",
            "where lr is used: in the velocity or in the step",
        ),
        "lr-twice": Mistake(
            "The learning rate is used twice: in the velocity, and again in the step.",
            "every place where lr is used",
        ),
        "lr-ignored": Mistake(
            "The learning rate has no effect on your steps.", "every place where lr is used"
        ),
        "uphill": Mistake(
            "Your steps go up the slope: the loss would grow.",
            "the signs in front of the gradient and of the step",
        ),
        "one-step-late": Mistake(
            "Your weights move with the velocity from before the new gradient: each gradient "
            "takes effect one step late.",
            "which velocity the step uses, the one given or the new one",
        ),
        "nesterov-without-effect": Mistake(
            "With nesterov=True your steps are those of plain momentum. A look ahead with the "
            "velocity that was given comes to the same.",
            "where nesterov is used, and with which velocity",
        ),
        "nesterov-always": Mistake(
            "Your steps look ahead as Nesterov's, although nesterov is False.",
            "where the argument nesterov is used",
        ),
        "nesterov-wrong-velocity": Mistake(
            "Nesterov's step is put together from the wrong parts.",
            "the two parts of the step with nesterov=True: the gradient, and a share of which "
            "velocity?",
        ),
        "nesterov-fed-back": Mistake(
            "The look ahead goes back into your velocity, so that the next step looks ahead of it "
            "again. It is for this step alone.",
            "which of the two is returned as the velocity",
        ),
        "move-not-weight": Mistake(
            "Your function returns the change of the weight. The new weight is asked for.",
            "the return line",
        ),
        "wrong-step": Mistake(
            "Your steps do not lead where torch's SGD goes.",
            "two steps by hand: weight 1, gradient 1, velocity 0, rate 0.1",
        ),
    }

    def inputs(self, seed: int) -> list[Walk]:
        """Default momentum; another, with rates that change; Nesterov's; none."""
        draw = rng(seed, self.id)
        momentum, with_nesterov = draw.uniform([0.55, 0.7], [0.8, 0.85])
        options: list[dict[str, Any]] = [
            {},
            {"momentum": float(momentum)},
            {"momentum": float(with_nesterov), "nesterov": True},
            {"momentum": 0.0, "nesterov": False},
        ]
        walks = []
        for number, chosen in enumerate(options):
            shape = tuple(int(side) for side in draw.integers(2, 4, size=1 + number))
            rates = draw.uniform(0.02, 0.2, size=STEPS) if number else np.full(STEPS, 0.07)
            start, gradients = draw.normal(size=shape), draw.normal(size=(STEPS, *shape))
            walks.append(Walk(start, gradients, rates, chosen))
        return walks

    @staticmethod
    def right(*args: Any, **kwargs: Any) -> tuple[np.ndarray, ...]:
        return _right(*args, **kwargs)

    def mistaken(self) -> Iterable[tuple[str, Rule]]:
        return [*_PARTS, *_OTHERS]

    def combined(self) -> Iterable[tuple[str, Rule]]:
        for (code, velocity), (other, move) in product(_VELOCITIES, _MOVES):
            yield f"{code}+{other}", _rule(velocity, move)
        for (code, rule), momentum in product(_PARTS, _FIXED):
            yield f"{code}+momentum-ignored", _with_momentum(momentum, rule)
        for (code, handed_back), (other, rule) in product(_HANDED_BACK, [*_PARTS, *_OTHERS]):
            yield f"{code}+{other}", handed_back(rule)


def _with_momentum(momentum: float, rule: Rule = _right) -> Rule:
    """A step that has this momentum whatever was asked for."""
    return lambda *args, **kwargs: rule(*args, **(kwargs | {"momentum": momentum}))


def _swapped(rule: Rule) -> Rule:
    return lambda *args, **kwargs: rule(*args, **kwargs)[::-1]


def _change(sign: int, rule: Rule = _right) -> Rule:
    """The weight's change instead of the weight."""

    def step(weight: np.ndarray, *args: Any, **kwargs: Any) -> tuple[np.ndarray, ...]:
        moved, velocity = rule(np.zeros_like(weight), *args, **kwargs)
        return sign * moved, velocity

    return step


def _look_ahead(parts: Parts) -> Move:
    """Nesterov's move, put together in another way."""
    return lambda new, v, g, lr, m, n: lr * (parts(new, v, g, m) if n else new)


_WRONG_PARTS: list[Parts] = [
    lambda new, v, g, m: m * new,
    lambda new, v, g, m: new + m * new,
    lambda new, v, g, m: new + m * v,
    lambda new, v, g, m: g + new,
    lambda new, v, g, m: g + v,
    lambda new, v, g, m: new + m * (new - v),
    lambda new, v, g, m: m * g + new,
    lambda new, v, g, m: new - m * v,
]
_FIXED = (0.9, 0.99, 0.95, 0.5)
_VELOCITIES: list[tuple[str, Velocity]] = [
    ("no-momentum", lambda v, g, lr, m: g),
    ("dampened", lambda v, g, lr, m: m * v + (1 - m) * g),
    ("momentum-swapped", lambda v, g, lr, m: (1 - m) * v + m * g),
    ("momentum-swapped", lambda v, g, lr, m: v + m * g),
    ("momentum-on-both", lambda v, g, lr, m: m * (v + g)),
    ("momentum-ignored", lambda v, g, lr, m: v + g),
    *[("momentum-ignored", lambda v, g, lr, m, f=f: f * v + g) for f in _FIXED],
    ("lr-twice", lambda v, g, lr, m: m * v + lr * g),
    ("uphill", lambda v, g, lr, m: m * v - g),
]
_MOVES: list[tuple[str, Move]] = [
    ("uphill", lambda new, v, g, lr, m, n: -_move(new, v, g, lr, m, n)),
    ("lr-ignored", lambda new, v, g, lr, m, n: _move(new, v, g, 1.0, m, n)),
    ("one-step-late", lambda new, v, g, lr, m, n: lr * (g + m * v if n else v)),
    ("one-step-late", lambda new, v, g, lr, m, n: lr * v),
    ("nesterov-without-effect", lambda new, v, g, lr, m, n: lr * new),
    ("nesterov-always", lambda new, v, g, lr, m, n: lr * (g + m * new)),
    *[("nesterov-wrong-velocity", _look_ahead(parts)) for parts in _WRONG_PARTS],
]
#: A velocity with the move that goes with it.
_BOTH: list[tuple[str, Velocity, Move]] = [
    ("no-momentum", lambda v, g, lr, m: g, lambda new, v, g, lr, m, n: lr * g),
    ("dampened", lambda v, g, lr, m: m * v + (1 - m) * g, lambda new, v, g, lr, m, n: lr * (
        (1 - m) * g + m * new if n else new)),
    ("lr-in-velocity", lambda v, g, lr, m: m * v + lr * g, lambda new, v, g, lr, m, n: (
        lr * g + m * new if n else new)),
    ("lr-in-velocity", lambda v, g, lr, m: m * v + lr * g, lambda new, v, g, lr, m, n: (
        new + m * (new - v) if n else new)),
    ("uphill", lambda v, g, lr, m: m * v - g, lambda new, v, g, lr, m, n: lr * (
        m * new - g if n else new)),
]  # fmt: skip
_PARTS: list[tuple[str, Rule]] = [
    *((code, _rule(velocity)) for code, velocity in _VELOCITIES),
    *((code, _rule(velocity, move)) for code, velocity, move in _BOTH),
    *((code, _rule(move=move)) for code, move in _MOVES),
]
_HANDED_BACK: list[tuple[str, Callable[[Rule], Rule]]] = [
    ("swapped", _swapped),
    ("move-not-weight", partial(_change, 1)),
    ("move-not-weight", partial(_change, -1)),
]


def _fed_back(*args: Any, **kwargs: Any) -> tuple[np.ndarray, ...]:
    """The look ahead is kept as the velocity."""
    weight, gradient, old, lr = args
    momentum = kwargs.get("momentum", 0.9)
    kept = _velocity(old, gradient, lr, momentum)
    kept = gradient + momentum * kept if kwargs.get("nesterov", False) else kept
    return weight - lr * kept, kept


def _gradient_fed_back(*args: Any, **kwargs: Any) -> tuple[np.ndarray, ...]:
    """The velocity is not brought up to date before the look ahead."""
    weight, gradient, old, lr = args
    new = _velocity(old, gradient, lr, kwargs.get("momentum", 0.9))
    return weight - lr * new, old


_OTHERS: list[tuple[str, Rule]] = [
    ("nesterov-fed-back", _fed_back),
    ("no-momentum", _gradient_fed_back),
    *(("momentum-ignored", _with_momentum(momentum)) for momentum in _FIXED),
    *((code, handed_back(_right)) for code, handed_back in _HANDED_BACK),
]
