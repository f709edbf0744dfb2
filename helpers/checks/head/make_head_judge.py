"""Exercise head.make_head, judged: which layers were computed, in which order, to what effect."""

from collections.abc import Callable
from itertools import product

import numpy as np

from helpers.checks.core import Evidence, Exercise, Finding
from helpers.checks.head.make_head_probe import DEFAULTS, SIDES, Case
from helpers.checks.head.trace import order_of
from helpers.checks.reading import call_findings, number_text, returned, shape_text, value_findings
from helpers.checks.several import one_of_each

ORDER = "after pooling: BatchNorm, Dropout, Linear, ReLU, BatchNorm, Dropout, Linear"
#: How far a measured share of zeros may be from the rate of the dropout: over five deviations.
RATE_TOLERANCE = 0.06
#: With these the logits cannot be computed from what was seen of the layers.
OPAQUE = {"layers-hidden", "other-norm", "batch-statistics", "wrong-value"}
Transform = Callable[[np.ndarray], np.ndarray]


def judge_head(exercise: Exercise, evidence: Evidence, case: Case) -> list[Finding]:
    """The findings, most basic first; see `Exercise.judge`."""
    if findings := call_findings(exercise, evidence["made"]):
        return findings
    if evidence["module"] is not True:
        return [
            exercise.finding("not-a-module", "nn.Module", returned(evidence["made"]).describe())
        ]
    if evidence["compiled"]:
        return [exercise.finding("layers-unseen", "nn.Module", returned(evidence["made"]).type)]
    if findings := _runs(exercise, evidence["first"], case):
        return findings
    steps = evidence["eval"]["steps"]
    if findings := _sizes(exercise, steps, case):
        return [*findings, *_callable(exercise, evidence)]
    norms = _norms(exercise, steps, case)
    codes = {finding.code for finding in norms}
    values = [] if codes & OPAQUE else _values(exercise, evidence, case)
    if norms:  # then it is no news that the numbers are others
        values = [finding for finding in values if finding.code != "wrong-value"]
    codes |= {finding.code for finding in values}
    elsewhere = "wrong-value" in codes  # zeros may come from anywhere
    dropouts = [] if elsewhere else _dropouts(exercise, evidence["train"], case, codes)
    memory = (
        [] if codes & OPAQUE else _one(exercise, evidence) or _memory(exercise, evidence["last"])
    )
    defaults = _callable(exercise, evidence) or _defaults(
        exercise, evidence, with_dropout=not dropouts and not elsewhere
    )
    return one_of_each([*norms, *values, *dropouts, *memory, *defaults])


def _runs(exercise: Exercise, first: Evidence, case: Case) -> list[Finding]:
    """The findings about a head that stops with an error, or gives no tensor."""
    call, width = first["call"], case.width
    if "raised" not in call:
        value = returned(call)
        if value.kind in ("ellipsis", "none") or value.kind != "tensor":
            return call_findings(exercise, call) or value_findings(value, "tensor", "Your head")
        return []
    error, trace = str(call["raised"]["message"]), str(call["raised"]["trace"])
    if 'missing the required "forward"' in error:
        return [exercise.finding("forward-missing", "", error)]
    if call["raised"]["type"] == "NotImplementedError":
        return call_findings(exercise, call)
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
    return [exercise.finding(code, wanted, error, trace, story=story)]


def _sizes(exercise: Exercise, steps: list[Evidence], case: Case) -> list[Finding]:
    """The findings about the linear layers."""
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
        return [exercise.finding(code, told, got, story=case.width)]
    return []


def _norms(exercise: Exercise, steps: list[Evidence], case: Case) -> list[Finding]:
    """The findings about the BatchNorms: are they there, do they learn and remember?"""
    linears = [step for step in steps if step["op"] == "linear"]
    norms = [step for step in steps if step["op"] == "norm"]
    if not all(step["own"] for step in linears) or not all(
        step["own"] or not step["affine"] for step in norms
    ):
        wanted, got = "all of them among the parameters", "some are not"
        return [exercise.finding("layers-hidden", wanted, got)]
    other = [str(step["name"]) for step in steps if step["op"] == "other norm"]
    if other:
        return [exercise.finding("other-norm", ORDER, order_of(steps), story=other[0])]
    first = _first_norms(norms, case)
    places = [
        ("before the first linear layer", bool(first)),
        ("before the last linear layer", case.hidden in [step["size"] for step in norms]),
    ]
    if missing := [place for place, there in places if not there]:
        story = " and ".join(missing)
        return [exercise.finding("norm-missing", ORDER, order_of(steps), story=story)]
    if len(norms) - len(first) > 1:
        return [exercise.finding("wrong-value", ORDER, order_of(steps))]
    if any(step["batch"] or step["var"] is None for step in norms):
        wanted, got = "the running statistics", "those of the batch"
        return [exercise.finding("batch-statistics", wanted, got)]
    if not all(step["affine"] for step in norms):
        return [exercise.finding("norm-without-weights", "affine=True", "affine=False")]
    if len(first) == 2 and np.array_equal(first[0]["mean"], first[1]["mean"]):
        wide, half = f"one for {2 * case.width} features", f"one for {case.width}, used twice"
        return [exercise.finding("norm-shared", wide, half)]
    return []


def _first_norms(norms: list[Evidence], case: Case) -> list[Evidence]:
    """The BatchNorm behind both poolings, or the two that stand one behind each; none: missing.

    Features are normalised one by one, so two for the halves compute what one computes for both.
    """
    wide = [step for step in norms if step["size"] == 2 * case.width]
    pooled = [step for step in norms if set(step["input"][2:]) <= {1}]
    halves = [step for step in pooled if step["size"] == case.width]
    return wide[-1:] or (halves if len(halves) == 2 else [])


def _values(exercise: Exercise, evidence: Evidence, case: Case) -> list[Finding]:
    """The findings about the logits in evaluation mode."""
    value, again = returned(evidence["eval"]["call"]), returned(evidence["again"]["call"])
    steps = evidence["eval"]["steps"]
    if findings := value_findings(value, "tensor", "Your head"):
        return findings
    if not _same(value.values, again.values):
        return [exercise.finding("dropout-in-evaluation", "the same twice", "other logits")]
    if value.shape != (8, case.classes):
        wanted = shape_text((8, case.classes))
        return value_findings(value, "tensor", "Your head", shape=(8, case.classes)) or [
            exercise.finding("wrong-value", wanted)
        ]
    candidates = _results(case.maps[:8].double().numpy(), steps, case)
    codes = next((codes for codes, logits in candidates if _same(value.values, logits)), None)
    if codes is not None:
        return [exercise.finding(code, *_told(code, steps)) for code in codes]
    middle = [str(step["op"]) for step in steps]
    others = [op for op in middle if op not in ("norm", "linear", "dropout", "relu")]
    code, story = ("other-activation", others[0]) if others else ("wrong-value", "")
    return [exercise.finding(code, ORDER, order_of(steps), story=story)]


def _dropouts(exercise: Exercise, train: Evidence, case: Case, codes: set[str]) -> list[Finding]:
    """The findings about the zeros in training mode; `codes` are known already."""
    if "raised" in train["call"]:
        return [exercise.finding("head-fails", "", str(train["call"]["raised"]["message"]))]
    steps = train["steps"]
    logits = returned(train["call"]).values
    zeros = [float(step["zeros"]) for step in steps if step["op"] == "linear"]
    if codes & {"norm-before-relu", "norm-missing", "norm-without-weights"}:
        zeros = zeros[:1]  # the ReLU's zeros are among those that enter the last layer
    if "relu-at-the-end" not in codes and logits.size and (logits == 0).mean() > 0.05:
        return [exercise.finding("dropout-at-the-end", ORDER, order_of(steps))]
    names = [str(step["name"]) for step in steps if step["op"] == "dropout"]
    odd = [name for name in names if name not in ("dropout", "dropout_")]
    empty = max(float(step["empty"]) for step in steps if step["op"] == "linear")
    if odd and (empty > 0.02 or min(zeros) < 0.02):
        return [exercise.finding("other-dropout", "Dropout", odd[0], story=odd[0])]
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
        return [exercise.finding(code, ORDER, order_of(steps), story=story)]
    return _rates(exercise, zeros, case.dropout)


def _rates(exercise: Exercise, zeros: list[float], p: float) -> list[Finding]:
    """The findings about the shares of zeros that enter the linear layers."""
    if all(abs(share - p) < RATE_TOLERANCE for share in zeros):
        return []
    got = " and ".join(f"{share:.2f}" for share in zeros)
    code = "wrong-dropout"
    if all(abs(share - (1 - p)) < RATE_TOLERANCE for share in zeros):
        code = "dropout-inverted"
    elif any(all(abs(share - k) < 0.04 for share in zeros) for k in (0.35, 0.5)):
        code = "dropout-hard-coded"
    wanted = f"{number_text(p)} of the features set to zero, each time"
    return [exercise.finding(code, wanted, got, story=got)]


def _memory(exercise: Exercise, last: Evidence) -> list[Finding]:
    """The findings about maps whose channels are last in memory."""
    if "raised" not in last["call"]:
        return []
    error = str(last["call"]["raised"]["message"])
    code = "view-fails" if "view" in error else "head-fails"
    return [exercise.finding(code, "", error, str(last["call"]["raised"]["trace"]))]


def _one(exercise: Exercise, evidence: Evidence) -> list[Finding]:
    """The findings about a batch of a single picture, which many a squeeze spoils."""
    one, call = returned(evidence["one"]["call"]), evidence["one"]["call"]
    first = returned(evidence["eval"]["call"])
    wanted = (1, *first.shape[1:])
    if one.shape == wanted:
        return []
    got = str(call["raised"]["message"]) if "raised" in call else shape_text(one.shape)
    return [exercise.finding("one-picture-fails", shape_text(wanted), got)]


def _callable(exercise: Exercise, evidence: Evidence) -> list[Finding]:
    """The findings about a function that cannot do without arguments."""
    if "article" in evidence:
        return []
    call = evidence["default"]
    got = f"make_head({call['signature']})" if "signature" in call else "no module"
    return [exercise.finding("defaults-missing", "make_head() as make_head(2208, ...)", got)]


def _defaults(exercise: Exercise, evidence: Evidence, with_dropout: bool) -> list[Finding]:
    """The findings about the head that the defaults make."""
    told = "2208, 1024, 102, 0.35"
    article = evidence["article"]
    if "raised" in article["call"]:
        error = str(article["call"]["raised"]["message"])
        return [exercise.finding("wrong-defaults", told, error, story="2208 maps do not fit")]
    linears = [step for step in article["steps"] if step["op"] == "linear"]
    sizes = [list(step["sizes"]) for step in linears]
    if sizes != [[4416, 1024], [1024, 102]]:
        story = ", ".join(f"{a} to {b}" for a, b in sizes)
        return [exercise.finding("wrong-defaults", told, story, story=story)]
    if with_dropout and abs(float(linears[0]["zeros"]) - DEFAULTS[3]) > 0.03:
        story = f"a dropout of {float(linears[0]['zeros']):.2f}"
        return [exercise.finding("wrong-defaults", told, story, story=story)]
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


def _results(
    maps: np.ndarray, steps: list[Evidence], case: Case
) -> list[tuple[list[str], np.ndarray]]:
    """Logits with the weights of the answer: the right ones first, then those of misconceptions.

    Each comes with the codes of what is wrong in it: one, two or three.
    """
    first, second = (step for step in steps if step["op"] == "linear")
    norms = [step for step in steps if step["op"] == "norm"]
    hidden = {step["size"]: step for step in norms}.get(case.hidden)
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
    wholes = [(pool, whole) for pool, halves in pooled for whole in _normed(halves, norms, case)]
    for (pool, whole), (middle, change), (end, finish) in product(wholes, between, _ENDS):
        features = _linear(whole, first)
        codes = [code for code in (pool, middle, end) if code]
        found.append((codes, finish(_linear(change(features), second))))
    return sorted(found, key=lambda pair: len(pair[0]))


def _normed(halves: list[np.ndarray], norms: list[Evidence], case: Case) -> list[np.ndarray]:
    """What enters the first linear layer; for norms of the halves in the one order and the other.

    In which order an answer computes its halves does not matter.
    """
    first = _first_norms(norms, case)
    if len(first) < 2:
        return [_norm(np.concatenate(halves, 1), first[0] if first else None)]
    return [
        np.concatenate([_norm(half, norm) for half, norm in zip(halves, order, strict=True)], 1)
        for order in (first, first[::-1])
    ]


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
