"""Exercise decay.weight_norms: how large the weights are that may decay."""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, rng
from helpers.checks.decay.nets import decaying, many_norms, norm_names, plain_net, tied_and_frozen
from helpers.checks.networks import known_gradients, moved, names_text, values_of
from helpers.checks.observe import call_and_keep
from helpers.checks.reading import call_findings, number_text, returned
from helpers.checks.several import one_of_each

NETS = (plain_net, many_norms, tied_and_frozen)
Norms = dict[str, Evidence]


class WeightNorms(Exercise):
    """weight_norms(model) -> the L2 norm of each parameter that may decay, by its dotted name."""

    id = "decay.weight_norms"
    parameters = ("model",)
    checked = (
        "the norms of all weights that may decay, in three networks with norms of many kinds, "
        "shared and frozen parameters"
    )
    mistakes: ClassVar = {
        "not-a-dict": Mistake(
            "Your function should return a dict from names to norms.", "the return line"
        ),
        "one-number": Mistake(
            "Your function returns one norm for the whole model. There should be one for each "
            "weight.",
            "where the dict grows",
        ),
        "names-not-text": Mistake(
            "The keys of your dict are not names: {story}.",
            "which method gives parameters together with their names",
        ),
        "module-names": Mistake(
            "The keys of your dict are names of modules: {story}. A parameter's name goes one step "
            "further.",
            "the difference between named_modules and named_parameters",
        ),
        "keeps-graph": Mistake(
            "The norms are tensors that still hold on to the graph: whoever collects them over "
            "many epochs fills the memory.",
            "how a tensor of one element becomes a plain Python number",
        ),
        "not-one-number": Mistake(
            "There is not one number for each weight: {story}.",
            "over which dimensions the norm is taken",
        ),
        "frozen-included": Mistake(
            "Frozen parameters are in your dict: {story}.",
            "the condition by which you choose parameters",
        ),
        "biases-included": Mistake(
            "Biases are in your dict: {story}. They do not decay.",
            "the condition by which you choose parameters",
        ),
        "norms-included": Mistake(
            "Parameters of norms are in your dict: {story}. They do not decay.",
            "how you tell what belongs to a norm, and whether by names or by classes",
        ),
        "buffers-included": Mistake(
            "There is something in your dict that is no parameter: {story}.",
            "the difference between state_dict and named_parameters",
        ),
        "weights-missing": Mistake(
            "Weights are missing in your dict: {story}.",
            "the condition by which you choose parameters, and how deep you look",
        ),
        "squared": Mistake(
            "The root is missing: these are the squares of the norms.", "the last step of a norm"
        ),
        "root-mean-square": Mistake(
            "Your norms are divided by the number of weights: a mean where there should be a sum.",
            "what is done with the squares before the root is taken",
        ),
        "sum-of-sizes": Mistake(
            "You add up absolute values. That is a norm too, but another one.",
            "the sum in the task: what is added up, and what is done with it in the end",
        ),
        "largest-weight": Mistake(
            "Your number is the size of the largest weight alone. A norm takes them all.",
            "which norm is asked for",
        ),
        "sum-of-weights": Mistake(
            "Positive and negative weights cancel each other in your sum.",
            "what is done with each weight before they are added",
        ),
        "spectral": Mistake(
            "Your number is how far the matrix can stretch a vector. That is a norm too, but "
            "another one.",
            "what linalg.norm means by 2 when it is given a matrix",
        ),
        "gradient-norms": Mistake(
            "Your numbers are the norms of the gradients. Those of the weights are asked for.",
            "of which tensor you take the norm",
        ),
        "wrong-value": Mistake("The norms are not those of the weights.", "a matrix of 2 × 2"),
        "weights-changed": Mistake(
            "Your function changes the weights.", "operations that work in place"
        ),
    }

    def inputs(self, seed: int) -> list[nn.Module]:
        draw = rng(seed, self.id)
        models = [net(draw) for net in NETS]
        for model in models:
            for name, gradient in known_gradients(model, draw).items():
                model.get_parameter(name).grad = torch.from_numpy(gradient)
        return models

    def probe(self, answer: Answer, seed: int) -> Evidence:
        runs = []
        for model in self.inputs(seed):
            before = values_of(model)
            call, norms = call_and_keep(answer, model)
            runs.append({"call": call, "norms": _norms(norms), "moved": moved(before, model)})
        return {"runs": runs}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        pairs = list(zip(evidence["runs"], self.inputs(seed), strict=True))
        for run, model in pairs:
            if findings := self._form(run, model):
                return findings
        graphs, who, values, moved = [], [], [], []
        for run, model in pairs:
            norms = {str(pair["name"]): pair for pair in run["norms"]}
            graphs += self._graph(run)
            who += self._who(norms, model)
            values += self._values(norms, model)
            if run["moved"]:
                moved.append(self.finding("weights-changed", "as before", names_text(run["moved"])))
        return one_of_each([*graphs[:1], *who, *values[:1], *moved])

    def _graph(self, run: Evidence) -> list[Finding]:
        told = [str(pair["told"]) for pair in run["norms"] if pair["graph"]]
        return [self.finding("keeps-graph", "a float", told[0])] if told else []

    def _form(self, run: Evidence, model: nn.Module) -> list[Finding]:
        if findings := call_findings(self, run["call"]):
            return findings
        value = returned(run["call"])
        if value.kind in ("number", "tensor") and value.values.size == 1:
            return [self.finding("one-number", "a dict", value.describe())]
        if value.kind != "mapping" or run["norms"] is None:
            return [self.finding("not-a-dict", "a dict", value.describe())]
        known = dict(model.named_parameters())
        modules = dict(model.named_modules())
        for pair in run["norms"]:
            name = pair["name"]
            if name is None:
                wanted, got = "names, such as 'head.weight'", f"keys that are {pair['told']}s"
                return [self.finding("names-not-text", wanted, got, story=str(pair["told"]))]
            if name in modules and name not in known:
                return [self.finding("module-names", "head.weight", str(name), story=str(name))]
        for pair in run["norms"]:
            name = str(pair["name"])
            if not isinstance(pair["norm"], np.ndarray) or pair["norm"].size != 1:
                story = f"{name}: {pair['told']}"
                return [self.finding("not-one-number", "a float", str(pair["told"]), story=story)]
        return []

    def _who(self, norms: Norms, model: nn.Module) -> list[Finding]:
        right, aliases = decaying(model), _aliases(model)
        got = {aliases.get(name, name) for name in norms}
        known = dict(model.named_parameters())
        in_norms = norm_names(model)
        kinds = [
            ("buffers-included", lambda name: name not in known),
            ("frozen-included", lambda name: not known[name].requires_grad),
            ("norms-included", lambda name: name in in_norms),
            ("biases-included", lambda name: True),
        ]
        found, extra = {}, sorted(got - right)
        for code, matches in kinds:
            if wrong := [name for name in extra if matches(name)]:
                found[code] = wrong
                extra = [name for name in extra if name not in wrong]
        order = [code for code in _ORDER if code in found]
        told = f"only {names_text(sorted(right))}"
        findings = [
            self.finding(code, told, f"{len(norms)} names", story=names_text(found[code]))
            for code in order
        ]
        if (missing := sorted(right - got)) and "buffers-included" not in found:
            told = names_text(sorted(right))
            got_text = names_text(sorted(norms))
            findings.append(
                self.finding("weights-missing", told, got_text, story=names_text(missing))
            )
        return findings

    def _values(self, norms: Norms, model: nn.Module) -> list[Finding]:
        aliases, right_names = _aliases(model), decaying(model)
        numbers = {
            name: float(pair["norm"].reshape(-1)[0])
            for name, pair in norms.items()
            if aliases.get(name) in right_names
        }
        weights = {name: model.get_parameter(name).detach().numpy() for name in numbers}
        right = {name: float(np.sqrt((w**2).sum())) for name, w in weights.items()}
        if _close(numbers, right):
            return []
        name = next(n for n in numbers if not _close({n: numbers[n]}, {n: right[n]}))
        expected = f"{number_text(right[name])} for {name}"
        code = self._other_norm(numbers, weights, model)
        return [self.finding(code, expected, number_text(numbers[name]))]

    def _other_norm(
        self, numbers: dict[str, float], weights: dict[str, np.ndarray], model: nn.Module
    ) -> str:
        """The code of the mistake that gives these numbers."""
        gradients = {n: model.get_parameter(n).grad.numpy() for n in numbers}  # type: ignore[union-attr]
        if _close(numbers, {n: float(np.sqrt((g**2).sum())) for n, g in gradients.items()}):
            return "gradient-norms"
        matrices = {n: w for n, w in weights.items() if w.ndim == 2}
        stretch = {n: float(np.linalg.norm(w, 2)) for n, w in matrices.items()}
        if stretch and _close({n: numbers[n] for n in stretch}, stretch):
            return "spectral"
        for code, norm in _OTHER_NORMS:
            if _close(numbers, {n: norm(w) for n, w in weights.items()}):
                return code
        return "wrong-value"


#: What an answer should not have in it, the most basic first.
_ORDER = ("buffers-included", "biases-included", "norms-included", "frozen-included")

_OTHER_NORMS: list[tuple[str, Callable[[np.ndarray], float]]] = [
    ("squared", lambda w: float((w**2).sum())),
    ("root-mean-square", lambda w: float(np.sqrt((w**2).mean()))),
    ("root-mean-square", lambda w: float((w**2).mean())),
    ("root-mean-square", lambda w: float(np.sqrt((w**2).sum()) / w.size)),
    ("sum-of-sizes", lambda w: float(np.abs(w).sum())),
    ("sum-of-sizes", lambda w: float(np.abs(w).mean())),
    ("largest-weight", lambda w: float(np.abs(w).max())),
    ("largest-weight", lambda w: float(w.max())),
    ("sum-of-weights", lambda w: float(w.sum())),
    ("sum-of-weights", lambda w: float(abs(w.sum()))),
    ("sum-of-weights", lambda w: float(w.sum() ** 2)),
]


def _close(got: dict[str, float], wanted: dict[str, float]) -> bool:
    return all(np.isclose(got[name], wanted[name], rtol=1e-5, atol=0) for name in wanted)


def _aliases(model: nn.Module) -> dict[str, str]:
    """Every name of a parameter, also of a shared one -> the first of its names."""
    first = {id(p): name for name, p in model.named_parameters()}
    everyone = model.named_parameters(remove_duplicate=False)
    return {name: first[id(p)] for name, p in everyone}


def _norms(norms: Any) -> list[Evidence] | None:
    """The entries of a dict as plain data; None for anything else."""
    if not isinstance(norms, dict) or len(norms) > 100:
        return None
    return [_entry(name, norm) for name, norm in norms.items()]


def _entry(name: Any, norm: Any) -> Evidence:
    entry: Evidence = {
        "name": name[:100] if isinstance(name, str) else None,
        "told": type(norm if isinstance(name, str) else name).__name__[:60],
        "graph": isinstance(norm, torch.Tensor) and bool(norm.requires_grad),
        "norm": None,
    }
    if isinstance(norm, bool):
        return entry
    try:
        plain = norm.detach().double().numpy() if isinstance(norm, torch.Tensor) else float(norm)
        entry["norm"] = np.array(plain, dtype=np.float64).ravel()[:10]
    except Exception:  # the type that is told says enough
        pass
    return entry
