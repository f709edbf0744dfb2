"""Exercise head.make_head: the article's ClassifierNew, from its parts."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, rng
from helpers.checks.head.trace import Trace, order_of
from helpers.checks.networks import attempt, fill
from helpers.checks.observe import call_and_keep, observe_call
from helpers.checks.reading import call_findings, number_text, returned, shape_text, value_findings
from helpers.checks.several import one_of_each

BATCH, SIDES = 300, (3, 4)
DEFAULTS = (2208, 1024, 102, 0.35)
ORDER = "after pooling: BatchNorm, Dropout, Linear, ReLU, BatchNorm, Dropout, Linear"
#: How far a measured share of zeros may be from the rate of the dropout: over five deviations.
RATE_TOLERANCE = 0.06
#: With these the logits cannot be computed from what was seen of the layers.
OPAQUE = {"layers-hidden", "other-norm", "batch-statistics", "wrong-value"}
Transform = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class _Case:
    maps: torch.Tensor
    width: int
    hidden: int
    classes: int
    dropout: float


class MakeHead(Exercise):
    """make_head(in_features, hidden, classes, dropout) -> a module: feature maps -> logits."""

    id = "head.make_head"
    parameters = ("in_features=2208", "hidden=1024", "classes=102", "dropout=0.35")
    own_versions = (
        "helpers.models.concat_head",
        "helpers.explore.head_runs.Parts.build",
    )
    checked = (
        "the layers of the article in their order, by what they compute in evaluation mode; the "
        "dropout in training mode; maps in either memory format; the article's sizes as defaults"
    )
    mistakes: ClassVar = {
        "not-a-module": Mistake(
            "Your function should give a module, which takes feature maps when it is called.",
            "the return line",
        ),
        "forward-missing": Mistake(
            "Your module has no forward method, so nothing happens when it is called.",
            "the name of the method, and its indentation",
        ),
        "pool-missing": Mistake(
            "Your head does not pool: its first layer gets {story} numbers for every picture, or "
            "the maps as they are.",
            "what comes before the first BatchNorm; feature maps come with a height and a width",
        ),
        "not-flattened": Mistake(
            "After pooling your maps are still maps, of one by one.",
            "what makes [B, 2C] of [B, 2C, 1, 1]",
        ),
        "batch-flattened": Mistake(
            "Your flattening takes the batch with it.", "from which dimension on you flatten"
        ),
        "not-doubled": Mistake(
            "Two poolings give twice as many features, but the next layer expects {story}.",
            "the sizes of the first BatchNorm and the first linear layer",
        ),
        "one-pool": Mistake(
            "There is only one pooling: the first layer gets {story} features. It should get twice "
            "as many.",
            "average and maximum, one behind the other",
        ),
        "head-fails": Mistake(
            "Your head stops with an error when it is given feature maps.",
            "the shape after each of your layers, one by one",
        ),
        "layers-hidden": Mistake(
            "There are layers that your module does not know of: their weights are not among its "
            "parameters, so no optimizer would train them.",
            "layers in a plain list or dict, or made in forward: where a module keeps its parts",
        ),
        "layers-unseen": Mistake(
            "The check cannot look into your module: torch.jit has compiled it.",
            "where your function compiles the module: give it as it is",
        ),
        "hidden-and-classes-swapped": Mistake(
            "The hidden layer has as many features as there are classes, and the other way round.",
            "the order of the arguments",
        ),
        "one-linear": Mistake(
            "There is only one linear layer.", "the hidden layer between features and classes"
        ),
        "hard-coded-sizes": Mistake(
            "The sizes of the article are written into your function, whatever is asked for.",
            "where the arguments are used",
        ),
        "other-layers": Mistake(
            "The linear layers are not those of the task.", "the sizes of your linear layers"
        ),
        "other-norm": Mistake(
            "There is another norm than BatchNorm: {story}.", "the names of your layers"
        ),
        "norm-missing": Mistake("BatchNorm is missing {story}.", "the list of layers in the task"),
        "norm-without-weights": Mistake(
            "A BatchNorm of yours has no scale and shift to learn.", "its argument affine"
        ),
        "batch-statistics": Mistake(
            "In evaluation mode your BatchNorm still uses the statistics of the batch.",
            "what its arguments say about running statistics, and about training",
        ),
        "dropout-in-evaluation": Mistake(
            "In evaluation mode your head gives other logits each time: dropout goes on.",
            "how a function, unlike a layer, learns that training is over",
        ),
        "softmax-at-the-end": Mistake(
            "Your head ends with a softmax. CrossEntropyLoss has one of its own: twice is too "
            "often, and the loss cannot come near zero.",
            "the last layer",
        ),
        "softmax-over-batch": Mistake(
            "Your head ends with a softmax over the batch: a picture's logits depend on the "
            "pictures beside it. There should be none at all.",
            "the last layer",
        ),
        "log-softmax-at-the-end": Mistake(
            "Your head ends with a log-softmax. Logits are asked for: the loss does the rest.",
            "the last layer",
        ),
        "sigmoid-at-the-end": Mistake(
            "Your head ends with a sigmoid. Logits are asked for: the loss does the rest.",
            "the last layer",
        ),
        "relu-at-the-end": Mistake(
            "Your head ends with a ReLU: no logit can be below zero.", "the last layer"
        ),
        "norm-before-relu": Mistake(
            "The second BatchNorm comes before the ReLU. In the article it comes after it.",
            "the order of the layers between the two linear ones",
        ),
        "relu-missing": Mistake(
            "There is no ReLU between the linear layers. Without it the two are no more than one.",
            "what comes after the first linear layer",
        ),
        "maximum-first": Mistake(
            "The maxima come first. In the article the averages do.", "your pooling"
        ),
        "sum-not-average": Mistake(
            "Your averages are sums: they grow with the size of the maps.", "your pooling"
        ),
        "same-pool-twice": Mistake(
            "Your head has the same pooling twice. Two kinds are asked for.", "your pooling"
        ),
        "other-activation": Mistake(
            "Between the linear layers there is another activation than ReLU: {story}.",
            "what comes after the first linear layer",
        ),
        "wrong-value": Mistake(
            "Your head does not compute what the layers of the task compute.",
            "the order of the layers",
        ),
        "dropout-missing": Mistake("Dropout is missing {story}.", "the list of layers in the task"),
        "dropout-before-norm": Mistake(
            "Dropout comes before a BatchNorm, which then measures statistics that evaluation mode "
            "does not have.",
            "the order of BatchNorm and Dropout",
        ),
        "dropout-at-the-end": Mistake(
            "There is a dropout after the last layer: whole logits are set to zero.",
            "the last layer",
        ),
        "dropout-inverted": Mistake(
            "Your dropout keeps what it should drop: {story} of the features are zero.",
            "what the argument of Dropout stands for",
        ),
        "dropout-hard-coded": Mistake(
            "The rate of your dropout is the same, whatever is asked for: {story}.",
            "where the argument dropout is used",
        ),
        "other-dropout": Mistake(
            "Your dropout is of another kind: {story}. What is asked for sets single features to "
            "zero.",
            "the name of the layer",
        ),
        "wrong-dropout": Mistake(
            "Your dropout drops another share than asked for: {story}.",
            "the argument of both Dropout layers",
        ),
        "one-picture-fails": Mistake(
            "In evaluation mode your head does not take a batch of one picture as it takes others.",
            "what squeeze does with every dimension of size 1, the batch's among them",
        ),
        "view-fails": Mistake(
            "Your head stops with an error where the channels are last in memory.",
            "view cannot always join dimensions; another method can",
        ),
        "defaults-missing": Mistake(
            "Your function cannot be called without arguments.", "the first line of your function"
        ),
        "wrong-defaults": Mistake(
            "The defaults are not the article's: {story}.", "the first line of your function"
        ),
    }

    def inputs(self, seed: int) -> _Case:
        draw = rng(seed, self.id)
        width, hidden, classes = (int(k) for k in draw.choice(np.arange(7, 14), 3, replace=False))
        if 2 * width in (hidden, classes):
            width += 7
        low = draw.random() < 0.5
        dropout = round(float(draw.uniform(0.18, 0.24) if low else draw.uniform(0.76, 0.82)), 2)
        maps = torch.from_numpy(draw.normal(0.2, 1, (BATCH, width, *SIDES))).float()
        return _Case(maps, width, hidden, classes, dropout)

    def probe(self, answer: Answer, seed: int) -> Evidence:
        case = self.inputs(seed)
        torch.manual_seed(seed % 2**32)
        made, head = call_and_keep(answer, case.width, case.hidden, case.classes, case.dropout)
        evidence: Evidence = {"made": made, "module": isinstance(head, nn.Module)}
        if not isinstance(head, nn.Module):
            return evidence
        small = case.maps[:8]
        evidence["compiled"] = isinstance(head, torch.jit.ScriptModule)
        evidence["first"] = _forward(head, small)
        if evidence["compiled"] or "raised" in evidence["first"]["call"]:
            return evidence
        evidence["filled"] = attempt(_fill, head, rng(seed, "head-weights"))
        evidence["eval"] = _forward(head, small)
        evidence["again"] = _forward(head, small)
        evidence["one"] = _forward(head, small[:1], keep=False)
        evidence["last"] = _forward(head, small.to(memory_format=torch.channels_last))
        evidence["train"] = _forward(head, case.maps, train=True, keep=False)
        default, whole = call_and_keep(answer)
        evidence["default"] = default
        if isinstance(whole, nn.Module):
            maps = torch.randn(16, DEFAULTS[0], 1, 2)
            evidence["article"] = _forward(whole, maps, train=True, keep=False)
        return evidence

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        case = self.inputs(seed)
        if findings := call_findings(self, evidence["made"]):
            return findings
        if evidence["module"] is not True:
            return [
                self.finding("not-a-module", "nn.Module", returned(evidence["made"]).describe())
            ]
        if evidence["compiled"]:
            return [self.finding("layers-unseen", "nn.Module", returned(evidence["made"]).type)]
        if findings := self._runs(evidence["first"], case):
            return findings
        steps = evidence["eval"]["steps"]
        if findings := self._sizes(steps, case):
            return [*findings, *self._callable(evidence)]
        norms = self._norms(steps, case)
        codes = {finding.code for finding in norms}
        values = [] if codes & OPAQUE else self._values(evidence, case)
        if norms:  # then it is no news that the numbers are others
            values = [finding for finding in values if finding.code != "wrong-value"]
        codes |= {finding.code for finding in values}
        elsewhere = "wrong-value" in codes  # zeros may come from anywhere
        dropouts = [] if elsewhere else self._dropouts(evidence["train"], case, codes)
        memory = [] if codes & OPAQUE else self._one(evidence) or self._memory(evidence["last"])
        defaults = self._callable(evidence) or self._defaults(
            evidence, with_dropout=not dropouts and not elsewhere
        )
        return one_of_each([*norms, *values, *dropouts, *memory, *defaults])

    def _runs(self, first: Evidence, case: _Case) -> list[Finding]:
        call, width = first["call"], case.width
        if "raised" not in call:
            value = returned(call)
            if value.kind in ("ellipsis", "none") or value.kind != "tensor":
                return call_findings(self, call) or value_findings(value, "tensor", "Your head")
            return []
        error, trace = str(call["raised"]["message"]), str(call["raised"]["trace"])
        if 'missing the required "forward"' in error:
            return [self.finding("forward-missing", "", error)]
        if call["raised"]["type"] == "NotImplementedError":
            return call_findings(self, call)
        shape, wants = list(first["entered"]), first["wants"]
        whole = width * SIDES[0] * SIDES[1]
        code, story = "head-fails", ""
        if "view size is not compatible" in error:
            code = "view-fails"
        elif shape[1:] in ([whole], [2 * whole]) or shape[2:] == list(SIDES):
            code, story = "pool-missing", str(whole)
        elif len(shape) == 1:
            code = "batch-flattened"
        elif shape[1:] == [2 * width] and wants == width:
            code, story = "not-doubled", str(width)
        elif shape[2:] == [1, 1]:
            code = "not-flattened"
        wanted = f"[B, {2 * width}] after pooling"
        return [self.finding(code, wanted, error, trace, story=story)]

    def _sizes(self, steps: list[Evidence], case: _Case) -> list[Finding]:
        linears = [step for step in steps if step["op"] == "linear"]
        wide = 2 * case.width
        told = f"{wide} to {case.hidden}, {case.hidden} to {case.classes}"
        sizes = [tuple(step["sizes"]) for step in linears]
        got = ", ".join(f"{a} to {b}" for a, b in sizes) or "none"
        if sizes != [(wide, case.hidden), (case.hidden, case.classes)]:
            code = "other-layers"
            if sizes == [(wide, case.classes), (case.classes, case.hidden)]:
                code = "hidden-and-classes-swapped"
            elif sizes and sizes[0][0] == case.width:
                code = "one-pool"
            elif sizes == [(wide, case.classes)]:
                code = "one-linear"
            elif {n for pair in sizes for n in pair} & {*DEFAULTS[:3], 2 * DEFAULTS[0]}:
                code = "hard-coded-sizes"
            return [self.finding(code, told, got, story=case.width)]
        return []

    def _norms(self, steps: list[Evidence], case: _Case) -> list[Finding]:
        linears = [step for step in steps if step["op"] == "linear"]
        norms = [step for step in steps if step["op"] == "norm"]
        if not all(step["own"] for step in linears) or not all(
            step["own"] or not step["affine"] for step in norms
        ):
            wanted, got = "all of them among the parameters", "some are not"
            return [self.finding("layers-hidden", wanted, got)]
        other = [str(step["name"]) for step in steps if step["op"] == "other norm"]
        if other:
            return [self.finding("other-norm", ORDER, order_of(steps), story=other[0])]
        found = [step["size"] for step in norms]
        places = [
            ("before the first linear layer", 2 * case.width),
            ("before the last linear layer", case.hidden),
        ]
        if missing := [place for place, size in places if size not in found]:
            story = " and ".join(missing)
            return [self.finding("norm-missing", ORDER, order_of(steps), story=story)]
        if len(norms) > 2:
            return [self.finding("wrong-value", ORDER, order_of(steps))]
        if any(step["batch"] or step["var"] is None for step in norms):
            wanted, got = "the running statistics", "those of the batch"
            return [self.finding("batch-statistics", wanted, got)]
        if not all(step["affine"] for step in norms):
            return [self.finding("norm-without-weights", "affine=True", "affine=False")]
        return []

    def _values(self, evidence: Evidence, case: _Case) -> list[Finding]:
        value, again = returned(evidence["eval"]["call"]), returned(evidence["again"]["call"])
        steps = evidence["eval"]["steps"]
        if findings := value_findings(value, "tensor", "Your head"):
            return findings
        if not _same(value.values, again.values):
            return [self.finding("dropout-in-evaluation", "the same twice", "other logits")]
        if value.shape != (8, case.classes):
            wanted = shape_text((8, case.classes))
            return value_findings(value, "tensor", "Your head", shape=(8, case.classes)) or [
                self.finding("wrong-value", wanted)
            ]
        candidates = _results(case.maps[:8].double().numpy(), steps, case)
        codes = next((codes for codes, logits in candidates if _same(value.values, logits)), None)
        if codes is not None:
            return [self.finding(code, *_told(code, steps)) for code in codes]
        middle = [str(step["op"]) for step in steps]
        others = [op for op in middle if op not in ("norm", "linear", "dropout", "relu")]
        code, story = ("other-activation", others[0]) if others else ("wrong-value", "")
        return [self.finding(code, ORDER, order_of(steps), story=story)]

    def _dropouts(self, train: Evidence, case: _Case, codes: set[str]) -> list[Finding]:
        """The findings about the zeros in training mode; `codes` are known already."""
        if "raised" in train["call"]:
            return [self.finding("head-fails", "", str(train["call"]["raised"]["message"]))]
        steps = train["steps"]
        logits = returned(train["call"]).values
        zeros = [float(step["zeros"]) for step in steps if step["op"] == "linear"]
        if codes & {"norm-before-relu", "norm-missing", "norm-without-weights"}:
            zeros = zeros[:1]  # the ReLU's zeros are among those that enter the last layer
        p, told = case.dropout, number_text(case.dropout)
        if "relu-at-the-end" not in codes and logits.size and (logits == 0).mean() > 0.05:
            return [self.finding("dropout-at-the-end", ORDER, order_of(steps))]
        names = [str(step["name"]) for step in steps if step["op"] == "dropout"]
        odd = [name for name in names if name not in ("dropout", "dropout_")]
        empty = max(float(step["empty"]) for step in steps if step["op"] == "linear")
        if odd and (empty > 0.02 or min(zeros) < 0.02):
            return [self.finding("other-dropout", "Dropout", odd[0], story=odd[0])]
        places = ("before the first linear layer", "before the last linear layer")
        none = [place for place, share in zip(places, zeros, strict=False) if share < 0.02]
        if none:
            ops = [str(step["op"]) for step in steps]
            before = any(
                op == "dropout" and "linear" not in ops[k:][: ops[k:].index("norm")]
                for k, op in enumerate(ops)
                if "norm" in ops[k:]
            )
            code = "dropout-before-norm" if before else "dropout-missing"
            story = " and ".join(none)
            return [self.finding(code, ORDER, order_of(steps), story=story)]
        if all(abs(share - p) < RATE_TOLERANCE for share in zeros):
            return []
        got = " and ".join(f"{share:.2f}" for share in zeros)
        code = "wrong-dropout"
        if all(abs(share - (1 - p)) < RATE_TOLERANCE for share in zeros):
            code = "dropout-inverted"
        elif any(all(abs(share - k) < 0.04 for share in zeros) for k in (0.35, 0.5)):
            code = "dropout-hard-coded"
        wanted = f"{told} of the features set to zero, each time"
        return [self.finding(code, wanted, got, story=got)]

    def _memory(self, last: Evidence) -> list[Finding]:
        if "raised" not in last["call"]:
            return []
        error = str(last["call"]["raised"]["message"])
        code = "view-fails" if "view" in error else "head-fails"
        return [self.finding(code, "", error, str(last["call"]["raised"]["trace"]))]

    def _one(self, evidence: Evidence) -> list[Finding]:
        """The findings about a batch of a single picture, which many a squeeze spoils."""
        one, call = returned(evidence["one"]["call"]), evidence["one"]["call"]
        first = returned(evidence["eval"]["call"])
        wanted = (1, *first.shape[1:])
        if one.shape == wanted:
            return []
        got = str(call["raised"]["message"]) if "raised" in call else shape_text(one.shape)
        return [self.finding("one-picture-fails", shape_text(wanted), got)]

    def _callable(self, evidence: Evidence) -> list[Finding]:
        if "article" in evidence:
            return []
        call = evidence["default"]
        got = f"make_head({call['signature']})" if "signature" in call else "no module"
        return [self.finding("defaults-missing", "make_head() as make_head(2208, ...)", got)]

    def _defaults(self, evidence: Evidence, with_dropout: bool) -> list[Finding]:
        told = "2208, 1024, 102, 0.35"
        article = evidence["article"]
        if "raised" in article["call"]:
            error = str(article["call"]["raised"]["message"])
            return [self.finding("wrong-defaults", told, error, story="2208 maps do not fit")]
        linears = [step for step in article["steps"] if step["op"] == "linear"]
        sizes = [list(step["sizes"]) for step in linears]
        if sizes != [[4416, 1024], [1024, 102]]:
            story = ", ".join(f"{a} to {b}" for a, b in sizes)
            return [self.finding("wrong-defaults", told, story, story=story)]
        if with_dropout and abs(float(linears[0]["zeros"]) - DEFAULTS[3]) > 0.03:
            story = f"a dropout of {float(linears[0]['zeros']):.2f}"
            return [self.finding("wrong-defaults", told, story, story=story)]
        return []


#: What the pooling gives, where the order of the layers does not show it.
_POOLS = {
    "maximum-first": "maxima, then averages",
    "same-pool-twice": "one of the two, twice",
    "sum-not-average": "sums, then maxima",
}


def _told(code: str, steps: list[Evidence]) -> tuple[str, str]:
    """What was expected and what came: the pooling, where it is that, else the layers."""
    if code in _POOLS:
        return "averages, then maxima", _POOLS[code]
    return ORDER, order_of(steps)


def _fill(head: nn.Module, draw: np.random.Generator) -> bool:
    """New weights and statistics; every tensor keeps its dtype."""
    before = {name: tensor.dtype for name, tensor in _tensors(head).items()}
    fill(head, draw)
    for name, tensor in _tensors(head).items():
        tensor.data = tensor.data.to(before[name])
    return True


def _tensors(head: nn.Module) -> dict[str, torch.Tensor]:
    return {**dict(head.named_parameters()), **dict(head.named_buffers())}


def _forward(
    head: nn.Module, maps: torch.Tensor, train: bool = False, keep: bool = True
) -> Evidence:
    """One forward pass: the call, the layers computed, and what entered the last layer begun."""
    attempt(head.train, train)
    entered: dict[str, Any] = {"shape": [], "wants": None}

    def note(layer: nn.Module, given: tuple[Any, ...]) -> None:
        if given and isinstance(given[0], torch.Tensor) and not list(layer.children()):
            entered["shape"] = [int(side) for side in given[0].shape]
            wants = getattr(layer, "num_features", getattr(layer, "in_features", None))
            entered["wants"] = wants if isinstance(wants, int) else None

    layers = [] if isinstance(head, torch.jit.ScriptModule) else list(head.modules())
    hooks = [layer.register_forward_pre_hook(note) for layer in layers]
    trace = Trace(head, keep)
    try:
        with torch.enable_grad(), trace:
            call = observe_call(head, maps)
    finally:
        for hook in hooks:
            hook.remove()
    return {
        "call": call, "steps": trace.steps, "entered": entered["shape"], "wants": entered["wants"],
    }  # fmt: skip


def _results(
    maps: np.ndarray, steps: list[Evidence], case: _Case
) -> list[tuple[list[str], np.ndarray]]:
    """Logits with the weights of the answer: the right ones first, then those of misconceptions.

    Each comes with the codes of what is wrong in it: one, two or three.
    """
    first, second = (step for step in steps if step["op"] == "linear")
    norms = {step["size"]: step for step in steps if step["op"] == "norm"}
    wide, hidden = norms.get(2 * case.width), norms.get(case.hidden)
    average, maximum = maps.mean((2, 3)), maps.max((2, 3))
    pooled = [
        ("", [average, maximum]),
        ("maximum-first", [maximum, average]),
        ("sum-not-average", [maps.sum((2, 3)), maximum]),
        ("same-pool-twice", [average, average]),
        ("same-pool-twice", [maximum, maximum]),
    ]
    between: list[tuple[str, Transform]] = [
        ("", lambda x: _norm(_relu(x), hidden)),
        ("norm-before-relu", lambda x: _relu(_norm(x, hidden))),
        ("relu-missing", lambda x: _norm(x, hidden)),
    ]
    found = []
    for (pool, halves), (middle, change), (end, finish) in product(pooled, between, _ENDS):
        features = _linear(_norm(np.concatenate(halves, 1), wide), first)
        codes = [code for code in (pool, middle, end) if code]
        found.append((codes, finish(_linear(change(features), second))))
    return sorted(found, key=lambda pair: len(pair[0]))


def _relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0)


def _linear(x: np.ndarray, step: Evidence) -> np.ndarray:
    bias = step["bias"] if step["bias"] is not None else 0.0
    out: np.ndarray = x @ np.asarray(step["weight"]).T + bias
    return out


def _norm(x: np.ndarray, step: Evidence | None) -> np.ndarray:
    if step is None:
        return x
    scaled = (x - step["mean"]) / np.sqrt(np.asarray(step["var"]) + float(step["eps"]))
    weight, bias = step["weight"], step["bias"]
    out: np.ndarray = scaled * (1.0 if weight is None else weight) + (0.0 if bias is None else bias)
    return out


def _softmax(x: np.ndarray, axis: int) -> np.ndarray:
    powers = np.exp(x - x.max(axis, keepdims=True))
    out: np.ndarray = powers / powers.sum(axis, keepdims=True)
    return out


_ENDS: list[tuple[str, Transform]] = [
    ("", lambda x: x),
    ("softmax-at-the-end", lambda x: _softmax(x, 1)),
    ("softmax-over-batch", lambda x: _softmax(x, 0)),
    ("log-softmax-at-the-end", lambda x: np.log(_softmax(x, 1))),
    ("softmax-over-batch", lambda x: np.log(_softmax(x, 0))),
    ("sigmoid-at-the-end", lambda x: 1 / (1 + np.exp(-x))),
    ("relu-at-the-end", _relu),
]


def _same(got: np.ndarray, wanted: np.ndarray) -> bool:
    return got.shape == wanted.shape and bool(np.allclose(got, wanted, 1e-3, 1e-4))
