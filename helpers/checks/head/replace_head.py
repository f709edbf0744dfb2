"""Exercise head.replace_head: the learner's head on any backbone."""

from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, rng
from helpers.checks.head.backbones import FAMILIES, SIDES, head_parts, maps_of, tiny
from helpers.checks.networks import attempt, names_text, trainable
from helpers.checks.observe import call_and_keep
from helpers.checks.reading import call_findings, numbers_text, returned, shape_text
from helpers.checks.several import one_of_each

OUT = 4


class _Head(nn.Module):
    """Takes whatever it gets, notes it, and answers with what its own weights make of it."""

    def __init__(self, draw: np.random.Generator) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.from_numpy(draw.normal(size=(2, OUT))))
        self.seen: list[torch.Tensor] = []

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        if len(self.seen) < 20:
            self.seen.append(maps.detach().clone())
        flat = maps.flatten(1)
        both = torch.stack([flat.mean(1), flat.amax(1)], 1)
        out: torch.Tensor = both @ self.weight
        return out


class ReplaceHead(Exercise):
    """replace_head(model, head) -> a model: pictures -> head(feature maps)."""

    id = "head.replace_head"
    parameters = ("model", "head")
    own_versions = (
        "helpers.models.concat_head",
        "helpers.explore.pooled.pooling_both",
    )
    checked = (
        "on a ResNet, lite0, a DenseNet and an EfficientNet your head gets the maps before any "
        "pooling; the backbone is the same, the old last layer is gone"
    )
    mistakes: ClassVar = {
        "not-a-model": Mistake("Your function should give back a model.", "the return line"),
        "family-forgotten": Mistake(
            "Your function works on one kind of network, but not on {story}.",
            "the names of the parts: not every network calls them the same",
        ),
        "model-fails": Mistake(
            "The model with your head stops with an error.",
            "the shapes on the way, from the pictures to your head",
        ),
        "head-not-used": Mistake(
            "In {story} the head is never asked: the old layer still answers.",
            "the name of the last layer in that network; a new attribute replaces nothing",
        ),
        "backbone-missing": Mistake(
            "In {story} the head gets the pictures themselves: the backbone is gone.",
            "which children of the model you keep",
        ),
        "pooled-before-head": Mistake(
            "In {story} your model pools the maps before your head sees them.",
            "where the network pools: a module in some, a line of forward in others",
        ),
        "flattened-before-head": Mistake(
            "In {story} your model flattens the maps before your head sees them.",
            "what forward does between avgpool and the last layer",
        ),
        "relu-lost": Mistake(
            "DenseNet's ReLU is gone. It is no module, but a line in its forward method.",
            "what stands between features and the pooling in DenseNet's forward",
        ),
        "relu-added": Mistake(
            "In {story} your head gets maps with a ReLU that the network does not have.",
            "for which networks you add one",
        ),
        "wrong-maps": Mistake(
            "In {story} the head gets other maps than those before the pooling.",
            "which parts of the network come before your head",
        ),
        "wrong-output": Mistake(
            "In {story} the model does not give what the head gives.",
            "what comes after your head",
        ),
        "head-missing": Mistake(
            "In {story} the head's own parameters are not among those of the model, so no "
            "optimizer would train them.",
            "where the head is kept: as an attribute of a module, and not a copy of it",
        ),
        "old-classifier-kept": Mistake(
            "In {story} the parameters of the old last layer are still in the model.",
            "what your model holds besides backbone and head",
        ),
        "backbone-copied": Mistake(
            "In {story} the backbone's parameters are copies, or are not in the model: what "
            "holds the old ones, such as an optimizer, moves nothing any more.",
            "where your function copies, or where it keeps the backbone",
        ),
        "backbone-changed": Mistake(
            "In {story} the backbone has other numbers than before: {which}.",
            "whether something is built anew, initialised, or run in training mode",
        ),
        "freezing-changed": Mistake(
            "In {story} your function freezes or unfreezes parameters: {which}.",
            "every line that sets requires_grad",
        ),
    }

    def inputs(self, seed: int) -> list[tuple[str, nn.Module, _Head, torch.Tensor]]:
        cases = []
        for family in FAMILIES:
            draw = rng(seed, f"replace-{family}")
            model = tiny(family, draw)
            next(model.parameters()).requires_grad_(False)
            images = torch.from_numpy(draw.normal(size=(2, 3, *SIDES)))
            cases.append((family, model, _Head(draw), images))
        return cases

    def probe(self, answer: Answer, seed: int) -> Evidence:
        runs = []
        for _, model, head, images in self.inputs(seed):
            old = {id(p) for p in head_parts(model)}
            kept = {n: p for n, p in model.named_parameters() if id(p) not in old}
            buffers = dict(model.named_buffers())
            before = {n: t.detach().clone() for n, t in (kept | buffers).items()}
            learn = trainable(model)
            call, new = call_and_keep(answer, model, head)
            run: Evidence = {"call": call, "module": isinstance(new, nn.Module)}
            if isinstance(new, nn.Module):
                after = kept | buffers
                run["changed"] = [n for n, t in before.items() if not torch.equal(t, after[n])]
                run["freezing"] = [n for n, p in kept.items() if p.requires_grad != (n in learn)]
                own = {id(p) for p in new.parameters()}
                run["lost"] = [n for n, p in kept.items() if id(p) not in own]
                run["old"] = bool(old & own)
                run["head"] = id(head.weight) in own
                del head.seen[:]
                run["use"] = attempt(_use, new, head, images)
            runs.append(run)
        return {"runs": runs}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        maps: list[Finding] = []
        parts: list[Finding] = []
        freezing: list[Finding] = []
        cases = self.inputs(seed)
        for number, (run, case) in enumerate(zip(evidence["runs"], cases, strict=True)):
            if findings := self._call(run, case[0], number):
                return one_of_each([*maps[:1], *findings, *freezing])
            wrong = self._maps(run, *case)
            if not wrong:  # who builds another network has other parts, too
                parts += self._parts(run, case[0])
            maps += wrong
            freezing += self._freezing(run, case[0])
        return one_of_each([*maps[:1], *parts[:1], *freezing[:1]])

    def _call(self, run: Evidence, family: str, number: int) -> list[Finding]:
        raised = run["call"].get("raised", {})
        if raised.get("type") == "AttributeError" and "has no attribute" in raised["message"]:
            error = str(raised["message"])
            return [self.finding("family-forgotten", "a model", error, story=family, error=error)]
        if findings := call_findings(self, run["call"]):
            if number and findings[0].code == "returned-none":
                return [self.finding("family-forgotten", "a model", "None", story=family, error="")]
            return findings
        if run["module"] is not True:
            return [self.finding("not-a-model", "nn.Module", returned(run["call"]).describe())]
        return []

    def _maps(
        self, run: Evidence, family: str, model: nn.Module, head: _Head, images: torch.Tensor
    ) -> list[Finding]:
        if run["changed"]:
            which = names_text(run["changed"])
            before = "the same numbers as before"
            return [self.finding("backbone-changed", before, "others", story=family, which=which)]
        use = run["use"]
        if "error" in use:
            error = str(use["error"])
            return [self.finding("model-fails", "logits", error, story=error)]
        seen, output = use["value"]["seen"], use["value"]["output"]
        right = maps_of(model, images)
        told = shape_text(tuple(right.shape))
        if not seen:
            copied = run["head"] is not True and not run["old"]
            if copied:
                return [self._without_head(family)]
            return [self.finding("head-not-used", "one call of your head", "none", story=family)]
        got = np.asarray(seen[-1])
        if not _same(got, right.numpy()):
            code = "wrong-maps"
            if got.shape[:2] == (2, 3) and got.shape[2:] == SIDES:
                code = "backbone-missing"
            elif got.ndim == 2 and got.shape[1] == right[0].numel():
                code = "flattened-before-head"
            elif got.size == 2 * right.shape[1]:
                code = "pooled-before-head"
            elif _same(got, maps_of(model, images, rectified=False).numpy()):
                code = "relu-lost"
            elif _same(got, np.maximum(right.numpy(), 0)):
                code = "relu-added"
            if got.shape == right.shape:
                told, shown = _where_they_differ(right.numpy(), got)
                return [self.finding(code, told, shown, story=family)]
            return [self.finding(code, told, shape_text(got.shape), story=family)]
        with torch.no_grad():
            logits = head(right).numpy()
        if output is None or not _same(np.asarray(output), logits):
            told, shown = shape_text(logits.shape), "no tensor"
            if output is not None and np.shape(output) == logits.shape:
                told, shown = _where_they_differ(logits, np.asarray(output))
            elif output is not None:
                shown = shape_text(np.shape(output))
            return [self.finding("wrong-output", told, shown, story=family)]
        return []

    def _parts(self, run: Evidence, family: str) -> list[Finding]:
        if run["head"] is not True:
            return [self._without_head(family)]
        if run["old"]:
            told, got = "the head's parameters alone", "the old layer's as well"
            return [self.finding("old-classifier-kept", told, got, story=family)]
        if run["lost"]:
            told, got = "the same parameters as before", f"others: {names_text(run['lost'])}"
            return [self.finding("backbone-copied", told, got, story=family)]
        return []

    def _freezing(self, run: Evidence, family: str) -> list[Finding]:
        if run["freezing"]:
            which = names_text(run["freezing"])
            told, got = "as they were", "changed"
            return [self.finding("freezing-changed", told, got, story=family, which=which)]
        return []

    def _without_head(self, family: str) -> Finding:
        told, got = "the head's parameters among the model's", "they are missing"
        return self.finding("head-missing", told, got, story=family)


def _use(new: Any, head: _Head, images: torch.Tensor) -> Evidence:
    new.eval()
    with torch.no_grad():
        output = new(images)
    plain = output.double().numpy().copy() if isinstance(output, torch.Tensor) else None
    return {"seen": [t.double().numpy() for t in head.seen[-1:]], "output": plain}


def _where_they_differ(wanted: np.ndarray, got: np.ndarray) -> tuple[str, str]:
    """The same few numbers of both, from the first one on that is another."""
    start = int(np.argmax(~np.isclose(wanted.ravel(), got.ravel(), 1e-6, 1e-8)))
    few = slice(start, start + 4)
    told, shown = (numbers_text(values.ravel()[few]) for values in (wanted, got))
    return f"{told}, … ({shape_text(wanted.shape)})", f"{shown}, …"


def _same(got: np.ndarray, wanted: np.ndarray) -> bool:
    return got.shape == wanted.shape and bool(np.allclose(got, wanted, 1e-6, 1e-8))
