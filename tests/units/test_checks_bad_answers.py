"""Bad answers, whatever the exercise: each gets one clear finding."""

import inspect
import sys
import threading
import time
from typing import Any

import numpy as np
import pytest
import torch
from checked_answers import FUNCTIONS, Answer, Evidence, accuracy, class_weights, codes, stops

from helpers.checks import EXERCISES, CheckFailed, check
from helpers.checks.card import as_html, as_text
from helpers.checks.evidence import from_bytes, to_bytes
from helpers.checks.run import KEEP_PRINTED, BoundedText, collect, judge_evidence


class Hostile:
    """Everything one can ask of it raises."""

    def __repr__(self) -> str:
        raise RuntimeError("no repr")

    def __getattr__(self, name: str) -> object:
        raise RuntimeError("no attributes")

    def __len__(self) -> int:
        raise RuntimeError("no length")


def leaves(*args: object) -> None:
    sys.exit(3)


def unwritten(*args: object) -> None:
    raise NotImplementedError


@pytest.mark.parametrize("exercise_id", FUNCTIONS)
@pytest.mark.parametrize(
    ("answer", "code", "verdict"),
    [
        (lambda *args: ..., "not-started", "not-started"),
        (unwritten, "not-started", "not-started"),
        (..., "not-started", "not-started"),
        (lambda: 1, "wrong-signature", "wrong"),
        (lambda a, b, c, d, e: 1, "wrong-signature", "wrong"),
        (lambda *, logits: 1, "wrong-signature", "wrong"),
        (stops, "raised", "error"),
        (leaves, "raised", "error"),
        (0.5, "not-a-function", "wrong"),
        (None, "not-a-function", "wrong"),
    ],
)
def test_bad_answers_are_named(exercise_id: str, answer: Any, code: str, verdict: str) -> None:
    exercise = EXERCISES[exercise_id]
    takes = inspect.signature(answer).parameters if callable(answer) else None
    if takes is not None and not takes and not exercise.parameters:
        code = "not-a-module"  # a class made without arguments: the call is right, not the result
    got = judge_evidence(exercise, from_bytes(to_bytes(collect(exercise, answer, 3))), 3)
    assert (got.name, got.findings[0].code) == (verdict, code)


@pytest.mark.parametrize("exercise_id", FUNCTIONS)
@pytest.mark.parametrize(
    "value",
    [
        None, Hostile(), float("nan"), float("inf"), 10**400, True, "text", "\ud800", b"bytes",
        [], [1], [[[[[[[[[[1]]]]]]]]]], [[[0] * 99] * 99] * 99, list(range(10**5)), {}, {"a": 1},
        (1.0, float("nan")), [float("nan")] * 2, object(), type,
        torch.zeros(0), torch.tensor(float("nan")), torch.zeros(3, device="meta"),
        torch.zeros(2, dtype=torch.complex64), torch.eye(3).to_sparse(), np.array(["a"]),
        torch.zeros(300, 300), torch.Generator(), iter([1]),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_whatever_comes_back_the_judge_has_an_answer(exercise_id: str, value: object) -> None:
    exercise = EXERCISES[exercise_id]
    evidence = from_bytes(to_bytes(collect(exercise, lambda *args: value, 3)))
    verdict = judge_evidence(exercise, evidence, 3)
    assert verdict.name == "wrong"
    assert verdict.findings[0].code != "broken-evidence"
    assert as_html(exercise, verdict, {}) and as_text(exercise, verdict, {})


@pytest.mark.parametrize("exercise_id", [e for e in FUNCTIONS if e != "wall.seed_everything"])
def test_returning_none_is_named(exercise_id: str) -> None:
    assert codes(exercise_id, lambda *args: None)[0] == "returned-none"


@pytest.mark.parametrize(
    ("exercise_id", "answer", "code"),
    [
        ("wall.accuracy", lambda x, y: float("nan"), "not-finite"),
        ("wall.accuracy", lambda x, y: [0.5], "wrong-type"),
        ("wall.accuracy", lambda x, y: True, "wrong-type"),
        ("wall.accuracy", lambda x, y: x.argmax(dim=1) == y, "wrong-type"),
        ("wall.evaluate", lambda m, b: (float("nan"), 0.5), "not-finite"),
        ("wall.evaluate", lambda m, b: ("1.0", 0.5), "wrong-type"),
        ("wall.evaluate", lambda m, b: {"loss": 1.0}, "not-a-pair"),
        ("wall.class_weights", lambda x, n: class_weights(x, n).tolist(), "wrong-type"),
        ("wall.class_weights", lambda x, n: class_weights(x, n).numpy(), "wrong-type"),
        ("wall.class_weights", lambda x, n: class_weights(x, n).double(), "wrong-dtype"),
        ("wall.class_weights", lambda x, n: class_weights(x, n).to("meta"), "wrong-device"),
        ("wall.class_weights", lambda x, n: class_weights(x, n)[None], "wrong-shape"),
        ("wall.class_weights", lambda x, n: class_weights(x, n) * float("nan"), "not-finite"),
        ("augment.unnormalise", lambda x, m, s: x.tolist(), "wrong-type"),
        ("augment.unnormalise", lambda x, m, s: x.numpy(), "wrong-type"),
        ("augment.unnormalise", lambda x, m, s: x.int(), "wrong-dtype"),
        ("augment.unnormalise", lambda x, m, s: x.to("meta"), "wrong-device"),
        ("augment.unnormalise", lambda x, m, s: x * float("nan"), "not-finite"),
        ("augment.unnormalise", lambda x, m, s: x[..., :2], "wrong-shape"),
        ("augment.train_transform", lambda z, m, s: lambda: 1, "not-a-transform"),
        ("augment.train_transform", lambda z, m, s: lambda p: None, "returned-none"),
        ("augment.train_transform", lambda z, m, s: lambda p: np.zeros((3, z, z)), "wrong-type"),
        ("augment.valid_transform", lambda z, m, s: lambda p: torch.eye(z).int(), "wrong-dtype"),
        ("augment.valid_transform", lambda z, m, s: lambda p: torch.eye(z) / 0, "not-finite"),
        ("augment.try_one_at_a_time", lambda b, c, s: dict.fromkeys(c, 0.0), "wrong-type"),
        ("augment.try_one_at_a_time", lambda b, c, s: iter(c), "wrong-type"),
        ("augment.try_one_at_a_time", lambda b, c, s: [(n, [1]) for n in c], "wrong-type"),
        ("augment.affinity", lambda m, c, a: float("inf"), "not-finite"),
        ("augment.affinity", lambda m, c, a: [1.0], "wrong-type"),
        ("unfreeze.layer_names", lambda m, d=1: dict(m.named_children()), "wrong-type"),
        ("unfreeze.layer_names", lambda m, d=1: [1, "fc"], "wrong-type"),
        ("unfreeze.trainable_optimizer", lambda m, lr: torch.optim.SGD, "not-an-optimizer"),
        ("unfreeze.trainable_optimizer", lambda m, lr: lr, "not-an-optimizer"),
        ("unfreeze.freeze_batchnorm", lambda m: type(m), "not-a-model"),
        ("unfreeze.freeze_batchnorm", lambda m: torch.nn.Identity(), "another-model"),
        ("unfreeze.discriminative_groups", lambda m, n, lr, f: [{}], "groups-fail"),
        ("unfreeze.discriminative_groups", lambda m, n, lr, f: [], "no-parameters"),
        ("unfreeze.unfreeze_next", lambda m, o, n, lr: n[-1], "nothing-happens"),
    ],
)  # fmt: skip
def test_the_wrong_kind_of_result_is_named(exercise_id: str, answer: Answer, code: str) -> None:
    assert codes(exercise_id, answer)[0] == code


@pytest.mark.parametrize("exercise_id", FUNCTIONS)
def test_never_returning_says_which_exercise_and_after_how_long(exercise_id: str) -> None:
    exercise = EXERCISES[exercise_id]

    def forever(*args: object) -> None:
        while True:
            try:
                time.sleep(0.01)
            except Exception:
                continue

    evidence = collect(exercise, forever, 3, time_limit=0.2)
    verdict = judge_evidence(exercise, from_bytes(to_bytes(evidence)), 3)
    assert (verdict.name, verdict.findings[0].code) == ("timeout", "timeout")
    assert exercise.name in verdict.findings[0].message
    assert "0.2 seconds" in verdict.findings[0].message


def test_a_bare_except_around_the_loop_does_not_save_it() -> None:
    def stubborn(logits: object, labels: object) -> None:
        for _ in range(2):
            try:
                time.sleep(30)
            except:  # noqa: E722
                print("never mind")
        time.sleep(30)

    exercise = EXERCISES["wall.accuracy"]
    assert collect(exercise, stubborn, 3, time_limit=0.1)["timed_out"] == 0.1


def test_outside_of_the_main_thread_there_is_a_limit_too() -> None:
    results: list[Evidence] = []

    def busy(logits: object, labels: object) -> None:
        while True:
            pass

    def work() -> None:
        results.append(collect(EXERCISES["wall.accuracy"], busy, 3, time_limit=0.2))
        results.append(collect(EXERCISES["wall.accuracy"], accuracy, 3))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(60)
    assert [result["timed_out"] for result in results] == [0.2, None]


def test_printing_ten_megabytes_is_named_and_kept_short(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def chatty(logits: torch.Tensor, labels: torch.Tensor) -> float:
        for number in range(2000):
            print(f"{number:05d}" * 200)
        return accuracy(logits, labels)

    with pytest.raises(CheckFailed, match="printed-too-much"):
        check("wall.accuracy", chatty)
    shown = capfd.readouterr()
    assert shown.err == ""
    assert "10,010,000 characters" in shown.out  # five batches
    assert len(shown.out) < 2 * KEEP_PRINTED


def test_the_stream_keeps_the_beginning_only() -> None:
    stream = BoundedText(10)
    for _ in range(1000):
        stream.write("abcdef")
    assert stream.beginning == "abcdefabcd"
    assert stream.length == 6000
    assert sum(map(len, stream._kept)) == 10
