"""An answer that calls the library's own version is found, however it gets hold of it."""

from __future__ import annotations

import importlib
import inspect

import pytest
from room import SEED, graded

from helpers import data, models, training
from helpers.checks import EXERCISES
from helpers.checks.run import collect, judge_evidence
from helpers.grading.core import Source

FOUND = {
    "by its package": """
from helpers import training
def evaluate(model, batches):
    return training.evaluate(model, batches)
""",
    "by its name": """
from helpers.training import evaluate as theirs
def evaluate(model, batches):
    return theirs(model, batches)
""",
    "by its module": """
import helpers.training.metrics as metrics
def evaluate(model, batches):
    return metrics.evaluate(model, batches)
""",
    "as the answer itself": "from helpers.training import evaluate",
    "in a partial": """
import functools
from helpers import training
evaluate = functools.partial(training.evaluate, device='cpu')
""",
    "by an alias": """
from helpers import training
keep = [training.evaluate]
def evaluate(model, batches):
    return keep[0](model, batches)
""",
    "through a package": """
import functools
from helpers import training
def evaluate(model, batches):
    return list(map(functools.partial(training.evaluate, model), [batches]))[0]
""",
    "under a decorator of torch": """
import torch
from helpers import training
@torch.no_grad()
def evaluate(model, batches):
    return training.evaluate(model, batches)
""",
    "from text": """
def evaluate(model, batches):
    space = {'m': model, 'b': batches}
    exec('from helpers.training import evaluate as e; out = e(m, b)', space)
    return space['out']
""",
}


@pytest.mark.parametrize("text", FOUND.values(), ids=FOUND)
def test_a_call_is_found(text: str) -> None:
    result = graded("wall.evaluate", text)
    assert (result.verdict, result.points) == ("wrong", 0.0)
    assert [entry["code"] for entry in result.findings] == ["library-version-used"]
    assert "training.evaluate" in result.message
    assert "\n" not in result.message


OWN = """
import torch
from torch.nn import functional as F
def evaluate(model, batches):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    total = hits = count = 0
    with torch.no_grad():
        for x, y in batches:
            z = model(x)
            total += F.cross_entropy(z, y, reduction='sum').item()
            hits += (z.argmax(1) == y).sum().item()
            count += len(y)
    for m, mode in modes.items():
        m.training = mode
    return total / count, hits / count
"""


def test_calls_of_the_library_itself_do_not_count() -> None:
    text = """
import torch
from helpers import data, training
def valid_transform(size, mean, std):
    cache_key = training.keys.describe  # the library calls its own functions as it likes
    from torchvision.transforms import v2
    return v2.Compose([v2.Resize(size), v2.CenterCrop(size), v2.ToImage(),
                       v2.ToDtype(torch.float32, scale=True), v2.Normalize(mean, std)])
"""
    assert graded("augment.valid_transform", text).verdict == "correct"
    sneaky = OWN.replace(
        "    modes =",
        "    from helpers import training\n"
        "    before = torch.get_rng_state()\n"
        "    training.step_cost\n"
        "    modes =",
    )
    assert graded("wall.evaluate", sneaky).verdict == "correct"


def test_the_library_may_call_it_for_an_answer() -> None:
    """`fit` evaluates after every epoch: that is no call of the learner's."""
    text = """
import torch
from torch import nn
from helpers import training
""" + OWN.replace(
        "    modes =",
        "    net = nn.Linear(2, 2)\n"
        "    batch = (torch.zeros(4, 2), torch.zeros(4, dtype=torch.long))\n"
        "    sgd = torch.optim.SGD(net.parameters(), 0.1)\n"
        "    training.fit(net, [batch], epochs=1, optimizer=sgd,\n"
        "        valid=[batch], progress=False)\n"
        "    modes =",
    )
    assert graded("wall.evaluate", text).verdict == "correct"


def test_a_comparison_in_a_cell_does_not_count() -> None:
    text = (
        OWN + "from helpers import training\nimport torch\nprint(training.evaluate("
        "torch.nn.Linear(2, 2), [(torch.zeros(1, 2), torch.zeros(1, dtype=torch.long))]))\n"
    )
    assert graded("wall.evaluate", text).verdict == "correct"


def test_code_of_the_lesson_does_not_count() -> None:
    given = "from helpers import training\ndef reads(m, b):\n    return training.evaluate(m, b)"
    lesson = Source(given, "master", "given")
    text = "def evaluate(model, batches):\n    return reads(model, batches)"
    assert graded("wall.evaluate", lesson, text).verdict == "correct"


RIGHT_AT_HOME = {
    "wall.accuracy": "from helpers.training import accuracy",
    "wall.evaluate": "from helpers.training import evaluate",
    "wall.seed_everything": "from helpers.training import seed_everything",
    "unfreeze.discriminative_groups": "from helpers.training import discriminative_groups",
    "rate.lr_at": "from helpers.training.lr_finder import lr_at",
    "rate.smooth": "from helpers.training.lr_finder import smooth",
    "rate.suggest_lr": "from helpers.training.lr_finder import suggest_lr",
    "schedule.sgd_step": "from helpers.training import sgd_step",
    "schedule.adam_step": "from helpers.training import adam_step",
    "head.ConcatPool": "from helpers.models import ConcatPool",
    "decay.decay_groups": "from helpers.training import decay_groups",
}


@pytest.mark.parametrize("name", RIGHT_AT_HOME)
def test_the_library_passes_the_check_of_a_notebook_but_not_the_grader(name: str) -> None:
    exercise, space = EXERCISES[name], {}  # type: ignore[var-annotated]
    exec(RIGHT_AT_HOME[name], space)
    evidence = collect(exercise, space[exercise.name], SEED)
    at_home = judge_evidence(exercise, evidence, SEED)
    assert (at_home.name, at_home.findings) == ("correct", ())
    result = graded(name, RIGHT_AT_HOME[name])
    assert (result.verdict, result.finding) == ("wrong", "library-version-used")


CLASSES = {
    "the class itself": "from helpers.models import ConcatPool",
    "a subclass": "from helpers import models\nclass ConcatPool(models.ConcatPool):\n    pass",
    "a function": "from helpers import models\ndef ConcatPool():\n    return models.ConcatPool()",
}


@pytest.mark.parametrize("text", CLASSES.values(), ids=CLASSES)
def test_a_class_is_found_too(text: str) -> None:
    assert graded("head.ConcatPool", text).finding == "library-version-used"


def test_a_method_can_be_watched() -> None:
    text = """
from helpers.explore.head_runs import Parts
def make_head(in_features=2208, hidden=1024, classes=102, dropout=0.35):
    return Parts().build(in_features, classes)
"""
    codes = [entry["code"] for entry in graded("head.make_head", text).findings]
    assert codes[-1] == "library-version-used"


def test_other_findings_come_first() -> None:
    text = """
from helpers import training
def evaluate(model, batches):
    loss, share = training.evaluate(model, batches)
    return share, loss
"""
    codes = [entry["code"] for entry in graded("wall.evaluate", text).findings]
    assert codes == ["swapped-outputs", "library-version-used"]


@pytest.mark.parametrize("name", EXERCISES)
def test_own_versions_exist(name: str) -> None:
    for path in EXERCISES[name].own_versions:
        module, _, rest = path.rpartition(".")
        try:
            found = getattr(importlib.import_module(module), rest)
        except ModuleNotFoundError:
            module, _, kind = module.rpartition(".")
            found = getattr(getattr(importlib.import_module(module), kind), rest)
        assert inspect.isclass(found) or callable(found)


def test_what_a_lesson_allows_is_not_found() -> None:
    allowed = {
        "augment.affinity": "helpers.training.evaluate",
        "decay.l2_step": "helpers.training.adam_step",
        "decay.decoupled_step": "helpers.training.adam_step",
        "rate.range_test": "helpers.training.training_mode",
        "past.predict": "helpers.training.predict",
    }
    for name, path in allowed.items():
        assert path not in EXERCISES[name].own_versions


def test_what_the_library_offers_by_the_same_name_is_listed() -> None:
    """Except `training.predict`, which does not average mirror images."""
    offered = {name: part for part in (data, models, training) for name in part.__all__}
    for exercise in EXERCISES.values():
        if exercise.name in offered and exercise.id != "past.predict":
            path = f"{offered[exercise.name].__name__}.{exercise.name}"
            assert path in exercise.own_versions
