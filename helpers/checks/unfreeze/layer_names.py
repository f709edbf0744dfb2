"""Exercise unfreeze.layer_names: a model cut into parts, by name."""

from typing import ClassVar

from torch import nn

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, rng
from helpers.checks.networks import densenet_like, names_text, parts_of, resnet_like
from helpers.checks.observe import call_and_keep
from helpers.checks.reading import call_findings, returned, value_findings

MAX_NAMES, MAX_TEXT = 400, 120


class LayerNames(Exercise):
    """layer_names(model, depth=1) -> dotted names of the parts `depth` levels down."""

    id = "unfreeze.layer_names"
    parameters = ("model", "depth")
    checked = (
        "the parts of a ResNet-like and a DenseNet-like model at several depths, in the model's "
        "order, none lost and none twice"
    )
    mistakes: ClassVar = {
        "modules-not-names": Mistake(
            "Your list holds the modules themselves. The task asks for their names.",
            "what model.named_children() gives that model.children() does not",
        ),
        "pairs-not-names": Mistake(
            "Your list holds pairs of a name and a module. The task asks for the names alone.",
            "which half of each pair you keep",
        ),
        "types-not-names": Mistake(
            "Your list says what kind of layer each part is, not what it is called in this model.",
            "where a model keeps the names of its children",
        ),
        "parameter-names": Mistake(
            "Your list holds the names of parameters. A part, such as a stage, has many of them.",
            "which method of a model walks over modules, and which over parameters",
        ),
        "includes-root": Mistake(
            "Your list has an empty name in it: that is the whole model, which contains itself.",
            "the first pair that named_modules() gives",
        ),
        "all-modules": Mistake(
            "Your list names every module at every level, so most parts are in it several times: "
            "alone, and inside a bigger one.",
            "how many levels down the task wants to go",
        ),
        "parents-too": Mistake(
            "Your list names parts together with the part they are in: {story}. The names should "
            "cut the model into pieces that do not overlap.",
            "what becomes of a module once you list its children instead",
        ),
        "goes-to-the-bottom": Mistake(
            "Your function goes all the way down to the last layer, whatever the depth.",
            "where depth ends the descent",
        ),
        "ignores-depth": Mistake(
            "With depth={depth} your function gives the same names as with depth=1.",
            "where depth is used in your function",
        ),
        "depth-off-by-one": Mistake(
            "Your function goes one level too far down.",
            "the smallest depth, 1: how many levels below the model are its own children?",
        ),
        "shallow-parts-missing": Mistake(
            "Parts that end before depth {depth} are missing: {story}. A module without children "
            "stands for itself at any depth, or nobody could unfreeze it.",
            "what your function does with a module that has no children",
        ),
        "only-with-parameters": Mistake(
            "Parts without parameters are missing: {story}. The names should cut the whole model "
            "into parts.",
            "whether something in your loop leaves modules out",
        ),
        "not-dotted": Mistake(
            "Inside another module a name needs the way that leads there, joined by a dot.",
            "a part of a part: which two names make its full name?",
        ),
        "wrong-order": Mistake(
            "The names are all there, but not in the model's order, from input to output.",
            "whether something sorts the names, or collects them level by level",
        ),
        "named-twice": Mistake(
            "Some names are in your list more than once: {story}.",
            "where in your function a name is added",
        ),
        "depth-has-no-default": Mistake(
            "Called with a model alone, your function should go one level down.",
            "the first line of your function: how a parameter gets a default value",
        ),
        "wrong-names": Mistake(
            "With depth={depth} the names are not those of the parts: {story}.",
            "one small model on paper: its children, and the children of its children",
        ),
    }

    def inputs(self, seed: int) -> list[tuple[nn.Module, int | None]]:
        """(model, depth); None calls without a depth."""
        resnet = resnet_like(rng(seed, "names-resnet"))
        densenet = densenet_like(rng(seed, "names-densenet"))
        return [(resnet, 1), (densenet, 2), (resnet, 2), (densenet, 3), (densenet, None)]

    def probe(self, answer: Answer, seed: int) -> Evidence:
        runs = []
        for model, depth in self.inputs(seed):
            depths = [] if depth is None else [depth]
            call, value = call_and_keep(answer, model, *depths)
            runs.append({"call": call, "names": _names(value)})
        return {"runs": runs}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        default: list[Finding] = []
        found: list[Finding] = []
        for run, (model, depth) in zip(evidence["runs"], self.inputs(seed), strict=True):
            if depth is None and "signature" in run["call"]:
                wanted, got = "layer_names(model, depth=1)", "depth has to be given"
                default = [self.finding("depth-has-no-default", wanted, got)]
            elif not found:
                found = call_findings(self, run["call"]) or self._form(run)
                found = found or self._names(run["names"], model, depth or 1)
        asked = found and found[0].code in ("wrong-signature", "not-a-function", "not-started")
        return found if asked else default + found

    def _form(self, run: Evidence) -> list[Finding]:
        value = returned(run["call"])
        if findings := value_findings(value, "list"):
            return findings
        if all(type(name) is str for name in run["names"]):
            return []
        item = next((i for i in value.items if i.kind != "text"), value)
        wanted = "a list of names, such as 'layer1'"
        if item.kind == "list" and [part.kind for part in item.items] == ["text", "callable"]:
            return [self.finding("pairs-not-names", wanted, f"pairs such as {item.brief()}")]
        if item.kind == "list":
            return [Finding(
                "wrong-type", "Your list holds lists. One flat list of names is asked for.",
                wanted, f"a list in the list: {item.brief()}",
                "how the names from one level down join your list: append puts in a whole list",
            )]  # fmt: skip
        if item.kind == "callable":
            return [self.finding("modules-not-names", wanted, f"a module: {item.type}")]
        return [Finding(
            "wrong-type", "Your list holds something other than names.", wanted, value.describe(),
            "what each element of the returned list is",
        )]  # fmt: skip

    def _names(self, names: list[str], model: nn.Module, depth: int) -> list[Finding]:
        wanted = parts_of(model, depth)
        if names == wanted:
            return []
        code = next((c for c, wrong in _mistaken(model, depth).items() if wrong == names), None)
        missing = [name for name in wanted if name not in names]
        extra = [name for name in names if name not in wanted]
        story = "; ".join(
            f"{names_text(some)} {what}"
            for some, what in ((missing, "missing"), (extra, "too many"))
            if some
        )
        if code == "parents-too":
            story = f"for instance {names_text(extra, 1)} and what is in it"
        elif code in ("shallow-parts-missing", "only-with-parameters"):
            story = names_text(missing)
        elif code is None and "" in names:
            code = "includes-root"
        elif code is None and not extra:
            twice = [name for name in wanted if names.count(name) > 1]
            code = "named-twice" if twice else None if missing else "wrong-order"
            story = names_text(twice) if twice else story
        expected, got = names_text(wanted, 12), names_text(names, 12)
        return [self.finding(code or "wrong-names", expected, got, depth=depth, story=story)]


def _names(value: object) -> list[str | None]:
    """The texts in a list; None stands for anything else."""
    if not isinstance(value, list | tuple):
        return []
    return [
        str.__str__(item)[:MAX_TEXT].encode("utf-8", "replace").decode()
        if isinstance(item, str)
        else None
        for item in value[:MAX_NAMES]
    ]


def _mistaken(model: nn.Module, depth: int) -> dict[str, list[str]]:
    """What each misconception would list; the right names where it makes no difference."""
    modules = [(name, module) for name, module in model.named_modules() if name]
    level = {name: name.count(".") + 1 for name, _ in modules}
    wanted = parts_of(model, depth)
    return {
        "ignores-depth": parts_of(model, 1),
        "shallow-parts-missing": [name for name in level if level[name] == depth],
        "depth-off-by-one": parts_of(model, depth + 1),
        "parents-too": [name for name in level if level[name] <= depth],
        "goes-to-the-bottom": [name for name, module in modules if not any(module.children())],
        "all-modules": list(level),
        "parameter-names": [name for name, _ in model.named_parameters()],
        "types-not-names": [type(model.get_submodule(name)).__name__ for name in wanted],
        "not-dotted": [name.rpartition(".")[2] for name in wanted],
        "only-with-parameters": [
            name for name in wanted if any(True for _ in model.get_submodule(name).parameters())
        ],
    }
