"""Exercise unfreeze.freeze_batchnorm: frozen statistics stay, although model.train() is called."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, rng
from helpers.checks.networks import (
    CLASSES,
    NORMS,
    SIDE,
    WIDTH,
    attempt,
    fill,
    freeze_all_but,
    names_text,
    trainable,
    within,
)
from helpers.checks.observe import call_and_keep
from helpers.checks.reading import call_findings, returned

PICTURES, RATE, STEPS = 8, 0.2, 3
#: What a stage of the network is for: (do its convolutions learn, does its BatchNorm learn).
ROLES = {
    "frozen": (False, False),
    "frozen-with-activation": (False, False),
    "only-norm-frozen": (True, False),
    "only-norm-learns": (False, True),
    "learning": (True, True),
}


class BatchNormAct2d(nn.BatchNorm2d):
    """A BatchNorm that carries its activation, as those inside an EfficientNet do."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return functional.silu(super().forward(input))


class _KnownDropout(nn.Dropout):
    """Dropout whose choice is drawn beforehand; notes in which mode it is used."""

    def __init__(self, rng: np.random.Generator) -> None:
        super().__init__(0.5)
        self.kept = torch.from_numpy(2.0 * (rng.random((PICTURES, WIDTH)) < 0.5))
        self.used: list[bool] = []

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        self.used.append(bool(self.training))
        return input * self.kept if self.training else input


class _Stage(nn.Module):
    def __init__(self, norm: type[nn.BatchNorm2d]) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(WIDTH, WIDTH, 3, padding=1, bias=False)
        self.bn1 = norm(WIDTH)
        self.conv2 = nn.Conv2d(WIDTH, WIDTH, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = x + self.conv2(functional.silu(self.bn1(self.conv1(x))))
        return out


class NormNet(nn.Module):
    """A frozen stem; five stages, each with one of the `ROLES`; other frozen norms; the head.

    Every BatchNorm has parameters. Of one that has none (affine=False) the task does not say
    whether it counts as frozen: an answer may hold it still, leave it alone, or not expect it.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, WIDTH, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(WIDTH)
        roles = [str(role) for role in rng.permutation(list(ROLES))]
        learns = ["fc"]
        for number, role in enumerate(roles, start=1):
            norm = BatchNormAct2d if role == "frozen-with-activation" else nn.BatchNorm2d
            self.add_module(f"layer{number}", _Stage(norm))
            convolutions, norms = ROLES[role]
            learns += [f"layer{number}.conv1", f"layer{number}.conv2"] if convolutions else []
            learns += [f"layer{number}.bn1"] if norms else []
        self.norm3d = nn.BatchNorm3d(WIDTH)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.norm = nn.BatchNorm1d(WIDTH)
        self.dropout = _KnownDropout(rng)
        self.fc = nn.Linear(WIDTH, CLASSES)
        fill(self, rng)
        freeze_all_but(self, within(self, learns))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        x = functional.silu(self.bn1(self.conv1(images)))
        for number in range(1, len(ROLES) + 1):
            x = self.get_submodule(f"layer{number}")(x)
        x = self.norm3d(x.unsqueeze(2)).squeeze(2)  # a picture as a film of one frame
        x = self.norm(torch.flatten(self.avgpool(x), 1))
        logits: torch.Tensor = self.fc(self.dropout(x))
        return logits


@dataclass
class _Case:
    """A model, batches to train on, and one to evaluate on."""

    model: NormNet
    images: list[torch.Tensor]
    labels: list[torch.Tensor]
    norms: dict[str, nn.Module] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.norms = {n: m for n, m in self.model.named_modules() if isinstance(m, NORMS)}

    @property
    def frozen(self) -> list[str]:
        """The BatchNorm layers that should stand still."""
        learn = trainable(self.model)
        return [name for name in self.norms if not within(self.model, [name]) & learn]


class FreezeBatchNorm(Exercise):
    """freeze_batchnorm(model) -> model; frozen BatchNorm layers stand still from then on."""

    id = "unfreeze.freeze_batchnorm"
    parameters = ("model",)
    own_versions = ("helpers.training.training_mode",)
    checked = (
        "while training goes on, and model.train() is called again, frozen BatchNorm layers of "
        "every kind keep and use their running statistics; all else learns as usual"
    )
    mistakes: ClassVar = {
        "returned-none": Mistake(
            "Your function ran to its end without handing the model back.",
            "the last line: does every path through the function end in return?",
        ),
        "not-a-model": Mistake("Your function should hand back the model.", "the return line"),
        "another-model": Mistake(
            "Your function gives back another model than the one it was given. An optimizer that "
            "was built before holds the parameters of the first one.",
            "where your function makes a copy or a wrapper",
        ),
        "hook-changes-input": Mistake(
            "A BatchNorm layer got itself as its input. What a hook returns takes the place of the "
            "input, unless it returns None.",
            "what your hook returns: some methods hand back the module they belong to",
        ),
        "model-fails": Mistake(
            "After your function the model stops with an error while it is trained.",
            "what your function put into the model or replaced in it",
        ),
        "parameters-frozen": Mistake(
            "Your function changes which parameters learn: {story}. It is to leave the parameters "
            "as they are.",
            "every line that sets requires_grad",
        ),
        "statistics-reset": Mistake(
            "The running statistics of {story} are no longer those of the pretrained model.",
            "what your function does to running_mean and running_var",
        ),
        "undone-by-train": Mistake(
            "The next model.train() undoes it: every layer is put back into training mode, and "
            "the statistics of {story} move again.",
            "what model.train() does to every module in the model, and what could act after it",
        ),
        "one-batch-late": Mistake(
            "The first batch after model.train() still moves the statistics of {story}.",
            "whether your hook acts before or after the layer has done its work",
        ),
        "kind-forgotten": Mistake(
            "Some kinds of BatchNorm are forgotten; the statistics of {story} move.",
            "which classes your function looks for: BatchNorm has several, and they can be built "
            "upon",
        ),
        "inner-layers-forgotten": Mistake(
            "The statistics of {story} move. Only BatchNorm layers that are children of the model "
            "itself stand still, not those inside its parts.",
            "how to walk over everything inside a model, and not only over its children",
        ),
        "judged-by-part": Mistake(
            "The statistics of {story} move. Its own parameters are frozen, although others near "
            "it learn.",
            "whose parameters decide whether a BatchNorm layer is frozen",
        ),
        "frozen-statistics-move": Mistake(
            "The running statistics of {story} move while the model is trained, although the "
            "parameters there are frozen.",
            "what BatchNorm does in training mode besides learning its weight and bias",
        ),
        "dropout-dead": Mistake(
            "Dropout is switched off while the model is trained. Only frozen BatchNorm layers are "
            "to stand still.",
            "which modules your function keeps in evaluation mode",
        ),
        "learning-batchnorm-frozen": Mistake(
            "The statistics of {story} stand still too, although the parameters there learn.",
            "the condition under which a BatchNorm layer is frozen",
        ),
        "batch-statistics-used": Mistake(
            "The running statistics stay, but the layers do not use them: in training they still "
            "normalise with the mean and variance of the batch.",
            "what else, besides updating its statistics, BatchNorm does differently in training "
            "mode",
        ),
        "evaluation-changed": Mistake(
            "After model.eval() the model computes something else than before your function.",
            "what model.eval() still has to do after your function",
        ),
        "wrong-output": Mistake(
            "In training the model computes something else than one whose BatchNorm is frozen.",
            "what your function changes in the model besides frozen BatchNorm layers",
        ),
    }

    def inputs(self, seed: int) -> _Case:
        generator = rng(seed, "batchnorm")
        model = NormNet(generator)
        batches = range(STEPS + 1)
        images = [
            torch.from_numpy(generator.normal(1, 2, (PICTURES, 3, SIDE, SIDE))) for _ in batches
        ]
        labels = [torch.from_numpy(generator.integers(0, CLASSES, PICTURES)) for _ in batches]
        return _Case(model, images, labels)

    def probe(self, answer: Answer, seed: int) -> Evidence:
        case = self.inputs(seed)
        model = case.model.train()
        before = _statistics(case)
        parameters = dict(model.named_parameters())
        call, value = call_and_keep(answer, model)
        return {
            "call": call,
            "same": value is model,
            "a_model": isinstance(value, nn.Module),
            "learn": sorted(name for name, p in parameters.items() if p.requires_grad),
            "modes": {name: bool(norm.training) for name, norm in case.norms.items()},
            "reset": _moved(before, _statistics(case)),
            "run": attempt(_train, case, lambda case: None),
        }

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        case = self.inputs(seed)
        handed_back = self._handed_back(evidence)
        if handed_back and handed_back[0].code not in ("returned-none", "not-a-model"):
            return handed_back
        return handed_back + self._what_was_done(evidence, case, seed)

    def _handed_back(self, evidence: Evidence) -> list[Finding]:
        wanted = "the model itself"
        if findings := call_findings(self, evidence["call"]):
            nothing = findings[0].code == "returned-none"
            return [self.finding("returned-none", wanted, "None")] if nothing else findings
        if evidence["a_model"] is not True:
            got = returned(evidence["call"]).describe()
            return [self.finding("not-a-model", wanted, got)]
        if evidence["same"] is not True:
            return [self.finding("another-model", wanted, "another object")]
        return []

    def _what_was_done(self, evidence: Evidence, case: _Case, seed: int) -> list[Finding]:
        """What became of the model that the function was given, whatever it handed back."""
        changed = sorted(trainable(case.model) ^ set(evidence["learn"]))
        if changed:
            story, wanted = names_text(changed), "what was learning still learns"
            return [self.finding("parameters-frozen", wanted, "changed", story=story)]
        if evidence["reset"]:
            story = names_text(map(str, evidence["reset"]))
            wanted = "the statistics it came with"
            return [self.finding("statistics-reset", wanted, "others", story=story)]
        if "error" in evidence["run"]:
            return [self._fails(str(evidence["run"]["error"]))]
        return self._training(evidence, case, seed)

    def _fails(self, error: str) -> Finding:
        asked = ("dim", "ndim", "shape", "size", "dtype", "device")  # what a layer asks its input
        itself = "BatchNorm" in error and (
            "must be Tensor" in error or any(f"attribute '{name}'" in error for name in asked)
        )
        code = "hook-changes-input" if itself else "model-fails"
        return self.finding(code, "training without an error", error)

    def _training(self, evidence: Evidence, case: _Case, seed: int) -> list[Finding]:
        run = evidence["run"]["value"]
        steps = [set(step) for step in run["moved"]]
        frozen, movers = case.frozen, set.union(*steps)
        if wrong := [name for name in frozen if name in movers]:
            code = self._why(wrong, steps, evidence["modes"], case)
            return [self.finding(code, "they stay", "they move", story=names_text(wrong))]
        if not all(run["dropout"]):
            wanted, got = "dropout in training mode", "dropout in evaluation mode"
            return [self.finding("dropout-dead", wanted, got)]
        still = [name for name in case.norms if name not in frozen and name not in movers]
        if still:
            story = names_text(still)
            return [
                self.finding("learning-batchnorm-frozen", "they move", "they stay", story=story)
            ]
        right = _train(case, _frozen_in_evaluation)
        if _alike(run["evaluated"], right["evaluated"]) and _alike(run["logits"], right["logits"]):
            return []
        batchwise = _train(self.inputs(seed), _frozen_by_momentum)
        if _alike(run["logits"], batchwise["logits"]):
            wanted, got = "normalised with the running statistics", "with those of the batch"
            return [self.finding("batch-statistics-used", wanted, got)]
        in_training = not _alike(run["logits"], right["logits"])
        code = "wrong-output" if in_training else "evaluation-changed"
        return [self.finding(code, "the logits of the model it was", "other logits")]

    @staticmethod
    def _why(wrong: list[str], steps: list[set[str]], modes: Evidence, case: _Case) -> str:
        """Why the statistics of these frozen layers move."""
        special = [name for name in case.frozen if type(case.norms[name]) is not nn.BatchNorm2d]
        learn = trainable(case.model)
        among = [n for n in case.frozen if within(case.model, [n.partition(".")[0]]) & learn]
        if set(wrong) == set(case.frozen):
            if not set(wrong) & steps[1]:
                return "one-batch-late"
            begun = any(modes[name] is False for name in wrong)
            return "undone-by-train" if begun else "frozen-statistics-move"
        if set(wrong) == {name for name in case.frozen if "." in name}:
            return "inner-layers-forgotten"
        if set(wrong) <= set(special):
            return "kind-forgotten"
        return "judged-by-part" if wrong == among else "frozen-statistics-move"


# --- a short training -----------------------------------------------------------------------------


def _train(case: _Case, prepare: Callable[[_Case], None]) -> Evidence:
    """Three steps, model.train() before the first and the last, evaluated after the others.

    Args:
        case: its model is trained.
        prepare: called after each model.train(); nothing to do for an answer.

    Returns:
        logits of the steps, evaluated: those in evaluation mode, moved: whose statistics each step
        moved, dropout: its mode in each step.
    """
    model = case.model
    found: Evidence = {"logits": [], "evaluated": [], "moved": [], "dropout": []}
    for step in range(STEPS):
        if step != 1:
            model.train()
            prepare(case)
        before = _statistics(case)
        del model.dropout.used[:]
        found["logits"].append(_step(model, case.images[step], case.labels[step]))
        found["moved"].append(_moved(before, _statistics(case)))
        found["dropout"].append(model.dropout.used == [True])
        if step != 0:
            model.eval()
            with torch.no_grad():
                found["evaluated"].append(_plain(model(case.images[STEPS])))
    return found


def _step(model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> np.ndarray:
    with torch.enable_grad():
        model.zero_grad(set_to_none=True)
        logits = model(images)
        functional.cross_entropy(logits, labels).backward()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.grad is not None:
                parameter.sub_(RATE * parameter.grad)
    return _plain(logits)


def _plain(logits: torch.Tensor) -> np.ndarray:
    values: np.ndarray = logits.detach().double().numpy().copy()
    return values


def _alike(some: list[np.ndarray], others: list[np.ndarray]) -> bool:
    return len(some) == len(others) and all(
        isinstance(a, np.ndarray) and a.shape == b.shape and np.allclose(a, b, 1e-6, 1e-8)
        for a, b in zip(some, others, strict=True)
    )


def _statistics(case: _Case) -> dict[str, list[np.ndarray]]:
    """Running mean and variance of each BatchNorm layer that the model had in the beginning."""
    found = {}
    for name, norm in case.norms.items():
        kept = [getattr(norm, which, None) for which in ("running_mean", "running_var")]
        found[name] = [_plain(t) for t in kept if isinstance(t, torch.Tensor)]
    return found


def _moved(before: dict[str, list[np.ndarray]], after: dict[str, list[np.ndarray]]) -> list[str]:
    return [
        name
        for name, values in before.items()
        if len(values) != len(after[name])
        or not all(np.array_equal(a, b) for a, b in zip(values, after[name], strict=True))
    ]


def _frozen_in_evaluation(case: _Case) -> None:
    for name in case.frozen:
        case.norms[name].eval()


def _frozen_by_momentum(case: _Case) -> None:
    for name in case.frozen:
        case.norms[name].momentum = 0.0  # type: ignore[assignment]
