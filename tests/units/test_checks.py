"""`check` as a learner meets it, what it leaves alone, and the pair of probe and judge."""

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from checked_answers import Answer, Evidence, accuracy, codes, stops

from helpers.checks import (
    EXERCISES,
    PUBLIC_SEED,
    CheckFailed,
    Exercise,
    Finding,
    check,
    core,
    observe,
    reading,
)
from helpers.checks.card import as_html
from helpers.checks.evidence import from_bytes, to_bytes
from helpers.checks.run import collect, judge_evidence
from helpers.errors import CourseError

# --- what check shows, and what it leaves alone ---------------------------------------------------


def test_a_correct_answer_returns_nothing_and_prints_a_card(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert check("wall.accuracy", accuracy) is None  # type: ignore[func-returns-value]
    shown = capfd.readouterr()
    assert shown.err == ""
    assert "Correct: wall.accuracy" in shown.out
    assert "All visible checks passed" in shown.out


def test_a_wrong_answer_raises_one_short_line_without_a_traceback() -> None:
    with pytest.raises(AssertionError) as caught:
        check("wall.accuracy", lambda x, y: 100 * accuracy(x, y))
    assert isinstance(caught.value, CheckFailed)
    assert str(caught.value) == (
        "wall.accuracy: Your function returned a percentage. [percent-not-fraction]"
    )
    assert caught.value._render_traceback_() == [f"CheckFailed: {caught.value}"]


def test_warnings_and_prints_go_into_the_card(capfd: pytest.CaptureFixture[str]) -> None:
    def noisy(logits: torch.Tensor, labels: torch.Tensor) -> float:
        print("<script>alert(1)</script>")
        print("to stderr", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)
        return accuracy(logits, labels)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check("wall.accuracy", noisy)
    shown = capfd.readouterr()
    assert shown.err == ""
    assert "to stderr" in shown.out and "UserWarning: careful" in shown.out
    exercise = EXERCISES["wall.accuracy"]
    evidence = collect(exercise, noisy, 3)
    page = as_html(exercise, judge_evidence(exercise, evidence, 3), evidence)
    assert "<script" not in page and "&lt;script&gt;" in page


def test_the_learner_sees_the_line_that_failed() -> None:
    def broken(logits: torch.Tensor, labels: torch.Tensor) -> float:
        wanted: Any = logits.argmax(dim=1)
        return float(wanted.nothing_like_this)

    exercise = EXERCISES["wall.accuracy"]
    finding = judge_evidence(exercise, collect(exercise, broken, 3), 3).findings[0]
    assert finding.look_again.endswith("return float(wanted.nothing_like_this)")
    assert "no attribute 'nothing_like_this'" in finding.got
    assert "broken" in finding.details and "observe.py" not in finding.details


def test_html_of_the_learner_is_escaped() -> None:
    exercise = EXERCISES["wall.accuracy"]
    for answer in (stops, lambda x, y: "<img src=x onerror=alert(1)>", lambda *, b: 1):
        evidence = collect(exercise, answer, 3)
        page = as_html(exercise, judge_evidence(exercise, evidence, 3), evidence)
        assert "<img" not in page and "<b>" not in page


def test_the_interpreter_is_left_as_it_was() -> None:
    def meddling(logits: torch.Tensor, labels: torch.Tensor) -> float:
        random.seed(1)
        np.random.seed(1)
        torch.manual_seed(1)
        torch.set_grad_enabled(False)
        torch.set_default_dtype(torch.float64)
        torch.backends.cudnn.benchmark = True
        os.environ["PYTHONHASHSEED"] = "1"
        os.environ.pop("HOME", None)
        torch.set_num_threads(1)
        return accuracy(logits, labels)

    def state() -> list[object]:
        return [
            random.getstate(), str(np.random.get_state()), torch.get_rng_state().tolist(),
            torch.is_grad_enabled(), torch.get_default_dtype(), torch.get_num_threads(),
            torch.backends.cudnn.benchmark, dict(os.environ), sys.stdout, sys.stderr,
            signal.getsignal(signal.SIGALRM), warnings.filters[:],
        ]  # fmt: skip

    before = state()
    check("wall.accuracy", meddling)
    assert state() == before


def test_an_alarm_that_was_already_set_still_rings() -> None:
    rang = []
    before = signal.signal(signal.SIGALRM, lambda *_: rang.append(True))
    outer = signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        collect(EXERCISES["wall.accuracy"], accuracy, 3)
        deadline = time.monotonic() + 10
        while not rang and time.monotonic() < deadline:
            time.sleep(0.01)
        assert rang
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *outer)


def test_ctrl_c_is_not_swallowed() -> None:
    def interrupted(logits: object, labels: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("wall.accuracy", interrupted)


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("wall.acuracy", "did you mean 'wall.accuracy'?"),
        ("accuracy", "did you mean 'wall.accuracy'?"),
        ("unnormalise", "did you mean 'augment.unnormalise'?"),
        ("zzz", "choose from wall.accuracy, "),
        (accuracy, "no exercise called 'function'"),
    ],
)
def test_an_unknown_id_is_one_clear_line(wrong: Any, hint: str) -> None:
    with pytest.raises(CourseError) as caught:
        check(wrong, accuracy)
    assert hint in str(caught.value) and "\n" not in str(caught.value)


# --- the pair of probe and judge ------------------------------------------------------------------


def test_the_exercises_are_the_ones_the_lessons_name() -> None:
    assert list(EXERCISES) == [
        "wall.accuracy", "wall.evaluate", "wall.seed_everything", "wall.class_weights",
        "augment.train_transform", "augment.valid_transform", "augment.unnormalise",
        "augment.try_one_at_a_time", "augment.affinity",
        "unfreeze.layer_names", "unfreeze.set_trainable", "unfreeze.trainable_optimizer",
        "unfreeze.freeze_batchnorm", "unfreeze.discriminative_groups", "unfreeze.unfreeze_next",
        "rate.descend", "rate.largest_stable_lr", "rate.lr_at", "rate.smooth", "rate.range_test",
        "rate.suggest_lr",
        "schedule.sgd_step", "schedule.adam_step", "schedule.step_decay",
        "schedule.cosine_restarts", "schedule.triangular", "schedule.one_cycle",
        "schedule.momentum_correction", "schedule.steps_in_order",
        "head.ConcatPool", "head.count_parameters", "head.make_head", "head.replace_head",
        "decay.l2_step", "decay.decoupled_step", "decay.decay_groups", "decay.sweep",
        "decay.weight_norms",
        "past.predict", "past.most_confused",
        "past.wall_passed", "past.field_95", "past.field_97", "past.field_98",
    ]  # fmt: skip
    with pytest.raises(TypeError):
        EXERCISES["new"] = EXERCISES["wall.accuracy"]  # type: ignore[index]
    with pytest.raises(ValueError, match="two exercises"):
        core.registry([EXERCISES["wall.accuracy"]] * 2)


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_every_finding_has_words(exercise: Exercise) -> None:
    for code, mistake in exercise.mistakes.items():
        assert code == code.lower() and " " not in code
        assert mistake.message and mistake.look_again and not mistake.look_again.endswith(".")
        assert mistake.message[0].isupper() or mistake.message.startswith(("{", "mean"))
    assert not exercise.checked.endswith(".")


def test_the_judge_agrees_in_another_process() -> None:
    """The evidence of a sandbox is judged outside: the same findings for the same answer."""
    program = (
        "import sys; from helpers.checks import EXERCISES; from helpers.checks.run import collect;"
        "from helpers.checks.evidence import to_bytes;"
        "answer = lambda x, y: 100 * (x.argmax(1) == y).float().mean().item();"
        "sys.stdout.buffer.write(to_bytes(collect(EXERCISES['wall.accuracy'], answer, 99)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    exercise = EXERCISES["wall.accuracy"]
    there = judge_evidence(exercise, from_bytes(done.stdout), 99)
    evidence = collect(exercise, lambda x, y: 100 * accuracy(x, y), 99)
    assert there == judge_evidence(exercise, evidence, 99)
    assert there.findings[0].code == "percent-not-fraction"


def test_memorised_results_do_not_help() -> None:
    """The inputs follow the seed, so that results for the public seed are wrong for another."""
    exercise: Any = EXERCISES["wall.accuracy"]
    results = [accuracy(logits, labels) for logits, labels in exercise.inputs(PUBLIC_SEED)]
    replay = iter(results * 2)
    assert codes("wall.accuracy", lambda logits, labels: next(replay), PUBLIC_SEED) == []
    assert codes("wall.accuracy", lambda logits, labels: next(replay), 5) != []


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    keys: Any = value if isinstance(value, dict) else ()
    keys = range(len(value)) if isinstance(value, list) else keys
    return [path, *(p for key in list(keys)[:40] for p in _paths(value[key], (*path, key)))]


@pytest.mark.parametrize(
    "forged",
    [None, -1, "text", [], {}, np.zeros(0), np.full((2, 2), np.nan), np.zeros((1, 3, 9, 9))],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("exercise_id", ["wall.evaluate", "wall.accuracy", "augment.unnormalise"])
def test_forged_evidence_never_breaks_the_judge(exercise_id: str, forged: Any) -> None:
    exercise = EXERCISES[exercise_id]
    whole = to_bytes(collect(exercise, lambda *args: 0.5, 3))
    for path in _paths(from_bytes(whole)):
        evidence: Any = from_bytes(whole)
        if path:
            place: Any = evidence
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = forged
        elif isinstance(forged, dict):
            evidence = forged
        verdict = judge_evidence(exercise, evidence, 3)
        assert verdict.name in core.SEVERITY
        assert verdict.name != "correct", f"{forged!r} at {path} earns the points"


def test_a_probe_that_breaks_the_rules_is_reported() -> None:
    class Leaky(Exercise):
        id = "demo.leaky"
        parameters = ()
        checked = "nothing"

        def probe(self, answer: Answer, seed: int) -> Evidence:
            return {"object": answer}

        def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
            return []

    verdict = judge_evidence(Leaky(), collect(Leaky(), accuracy, 3), 3)
    assert (verdict.name, verdict.findings[0].code) == ("unreadable", "broken-evidence")
    assert "function is not plain data" in verdict.findings[0].got


def test_the_recipe_for_a_new_exercise_works() -> None:
    """The example of helpers/checks/README.md is a whole exercise, and it judges."""
    text = (Path(core.__file__).parent / "README.md").read_text(encoding="utf-8")
    example = text.partition("   ```python\n")[2].partition("   ```")[0]
    scope = {
        name: getattr(module, name)
        for module in (core, observe, reading)
        for name in dir(module)
        if not name.startswith("_")
    }
    exec(textwrap.dedent(example), scope | {"torch": torch, "np": np}, scope)
    double = scope["Double"]()
    for answer, expected in (
        (lambda values: 2 * values, []),
        (lambda values: values**2, ["squares"]),
        (lambda values: values + 1, ["wrong-value"]),
        (lambda values: values[:2], ["wrong-shape"]),
        (lambda values: ..., ["not-started"]),
    ):
        verdict = judge_evidence(double, collect(double, answer, 3), 3)
        assert [finding.code for finding in verdict.findings] == expected
