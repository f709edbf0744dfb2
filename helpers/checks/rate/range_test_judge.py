"""Exercise rate.range_test, judged: were these the rates and losses, and what is left behind?"""

from itertools import groupby
from typing import Any

import numpy as np

from helpers.checks.core import Evidence, Exercise, Finding
from helpers.checks.lists import beginning, listing_findings, read_numbers, same
from helpers.checks.rate.sweeping import (
    PLANS,
    Bench,
    Curve,
    Plan,
    right_curve,
    runs_away_at,
    smoothed,
)
from helpers.checks.reading import (
    call_findings,
    mode_story,
    number_text,
    numbers_text,
    returned,
)
from helpers.checks.several import MOST

#: What has to be as before, by the finding that says it is not.
RESTORED = {
    "weights": "weights-not-restored",
    "buffers": "buffers-not-restored",
    "state": "optimizer-state-not-restored",
    "rates": "rates-not-restored",
    "modes": "mode-not-restored",
    "gradients": "gradients-not-restored",
    "random": "random-state-not-restored",
}
#: The same parts in words.
WORDS = {
    "weights": "the weights",
    "buffers": "the running statistics",
    "state": "the optimizer's memory",
    "rates": "the learning rates",
    "modes": "the modes of the modules",
    "gradients": "the gradients",
    "random": "torch's random state",
}
#: Findings about the rules for stopping, each of which is tried in a sweep of its own, by rule.
STOPS = {
    "stops-at-a-single-loss": "divergence",
    "does-not-stop-on-divergence": "divergence",
    "does-not-stop-on-nan": "not finite",
    "nan-recorded": "not finite",
}


def judge_sweeps(exercise: Exercise, evidence: Evidence, seed: int) -> list[Finding]:
    """The findings, most basic first; see `Exercise.judge`."""
    found: list[Finding] = []
    traces: list[Finding] = []
    for run, plan in zip(evidence["runs"], PLANS, strict=False):
        if plan.is_cut_off:
            traces = traces or _after_interrupt(exercise, run, plan)
            continue
        bench = plan.build(seed)
        if findings := call_findings(exercise, run["call"]):
            return found or _used_up(exercise, run, bench) or findings
        if all(finding.code in STOPS for finding in found):  # else more would only follow
            found += _form(exercise, run, bench) or _curve(exercise, run, plan, bench, seed)
        traces = traces or _restored(exercise, run, plan)
    if len(evidence["runs"]) != len(PLANS):
        raise ValueError("runs are missing")
    return [*_of_each_kind(found), *traces][:MOST]


def _used_up(exercise: Exercise, run: Evidence, bench: Bench) -> list[Finding]:
    """A sweep that fails because it asks for a batch after the last."""
    raised = str(run["call"].get("raised", {}).get("type"))
    if raised == "StopIteration" and len(run["passes"]) == len(bench.batches):
        wanted = f"{bench.steps} steps with {len(bench.batches)} batches"
        return [exercise.finding("stops-with-the-batches", wanted, raised)]
    return []


def _form(exercise: Exercise, run: Evidence, bench: Bench) -> list[Finding]:
    """The findings about what was returned: two lists of numbers, of one length?"""
    value = returned(run["call"])
    parts = value.items
    if len(parts) != 2 or any(part.kind != "list" for part in parts):
        return [exercise.finding("not-a-pair", "(lrs, losses)", value.describe())]
    for name, part in zip(("rates", "losses"), parts, strict=True):
        if any(item.kind == "tensor" for item in part.items):
            wanted, got = "plain numbers", "tensors"
            return [exercise.finding("tensors-not-numbers", wanted, got, part=name)]
        if findings := listing_findings(part, f"Your list of {name}"):
            return findings
    lrs, losses = read_numbers(run["lrs"]), read_numbers(run["losses"])
    right = bench.rates
    if len(lrs) and same(losses, right[: len(losses)]) and not same(lrs, right[: len(lrs)]):
        return [exercise.finding("swapped-outputs", "(lrs, losses)", "(losses, lrs)")]
    if len(lrs) != len(losses):
        rates, count = len(lrs), len(losses)
        wanted, got = f"{rates} losses", f"{count} losses"
        return [exercise.finding("lengths-differ", wanted, got, lrs=rates, losses=count)]
    return []


def _curve(exercise: Exercise, run: Evidence, plan: Plan, bench: Bench, seed: int) -> list[Finding]:
    """Rates, then losses, then where the sweep ends."""
    lrs, losses = read_numbers(run["lrs"]), read_numbers(run["losses"])
    right, count = bench.rates, len(lrs)
    if plan.fault and len(run["passes"]) > bench.loss_fn.at + 2:
        return [_goes_on(exercise, plan, bench, len(run["passes"]))]
    if count and not same(lrs[: len(right)], right[:count]):
        return [_wrong_rates(exercise, lrs, bench)]
    curve = right_curve(plan.build(seed)) if not plan.dropout else None
    # A sweep that ends too early is judged by what it has.
    if curve is None or plan.name != "full":
        return _end(exercise, run, plan, bench, curve)
    if not same(losses[: len(right)], curve.losses[:count], 1e-6):
        return [_wrong_losses(exercise, run, losses, curve, plan, seed)]
    return _end(exercise, run, plan, bench, curve)


def _wrong_rates(exercise: Exercise, lrs: np.ndarray, bench: Bench) -> Finding:
    """Name what led to other rates."""
    right, count = bench.rates, len(lrs)
    low, high, steps = bench.low, bench.high, bench.steps
    step = np.arange(count)
    mistaken: list[tuple[str, np.ndarray]] = [
        *[
            ("linear-sweep", low + (high - low) * share)
            for share in (step / (steps - 1), step / steps, (step + 1) / steps)
        ],
        *[
            ("sweep-ends", low * (high / low) ** share)
            for share in (step / steps, (step + 1) / steps, (step + 1) / (steps - 1))
        ],
        ("sweep-ends", right[::-1][:count]),
        *[("reports-another-group", right[:count] * ratio) for ratio in bench.ratios],
    ]
    names = [code for code, rates in mistaken if same(lrs, rates)]
    wanted, got = beginning(right[:count]), beginning(lrs)
    return exercise.finding((names or ["wrong-rates"])[0], wanted, got)


def _wrong_losses(
    exercise: Exercise, run: Evidence, losses: np.ndarray, curve: Curve, plan: Plan, seed: int
) -> Finding:
    """Name what led to other losses, by what the model and the optimizer noted."""
    bench, passes = plan.build(seed), run["passes"]
    if not passes:
        return exercise.finding("model-not-used", "a batch for every step", "none")
    heads = {note["head"] for note in passes}
    if len(heads) == 1 and len(passes) > 1:
        another = run["copies"] > 0 and bool(run["steps"])
        code = "moves-another-model" if another else "weights-never-move"
        return exercise.finding(code, "weights that move with every step", "weights that stay")
    if not run["steps"]:
        return exercise.finding("own-optimizer", "its step, once for every rate", "none")
    if code := _by_mode(passes):
        modes = ("training mode", "evaluation mode")
        return exercise.finding(code, *(modes if code == "evaluation-mode" else modes[::-1]))
    if code := _by_batch(passes, bench, len(losses)):
        return exercise.finding(code, "batches in the order 0, 1, 2, …", _order(passes, bench))
    wanted, got = beginning(curve.losses), beginning(losses)
    code = _by_rates(run["steps"], bench)
    if code:
        wanted, got = _rates_of_a_step(run["steps"], bench)
    else:
        found = {
            "gradients-accumulate": right_curve(plan.build(seed), accumulate=True).losses,
            "smoothed-recorded": smoothed(curve.losses),
            "loss-after-the-step": right_curve(plan.build(seed), after=True).losses,
        }
        names = [name for name, bad in found.items() if _begins_like(losses, bad)]
        code = (names or ["wrong-losses"])[0]
    return exercise.finding(code, wanted, got)


def _by_mode(passes: list[Evidence]) -> str:
    """The finding about the mode of the model during the sweep; "" if it is right."""
    if not all(note["modes"]["body.1"] for note in passes):
        return "evaluation-mode"
    if any(note["modes"]["trunk.1"] for note in passes):
        return "frozen-part-in-training-mode"
    return ""


def _by_batch(passes: list[Evidence], bench: Bench, count: int) -> str:
    """The finding about the order of the batches; "" if it is right."""
    seen, count_of_batches = _seen(passes, bench), len(bench.batches)
    in_order = [k % count_of_batches for k in range(len(seen))]
    if seen == in_order:
        return "several-batches-a-step" if len(seen) > count + 1 else ""
    if len(set(seen)) == 1:
        return "same-batch"
    once_each = [batch for batch, _ in groupby(seen)]
    return "" if once_each == in_order[: len(once_each)] else "other-batches"


def _end(
    exercise: Exercise, run: Evidence, plan: Plan, bench: Bench, curve: Curve | None
) -> list[Finding]:
    """The findings about the step at which a sweep ends."""
    count, steps = len(run["lrs"]), bench.steps
    fewest = most = steps
    if plan.fault:
        fewest = most = bench.loss_fn.at
    elif curve is not None and curve.stops:
        fewest, most = curve.stops
        # A loss that jumps to infinity in two steps does not tell one rule from another.
        fewest = min(fewest, *_single_stops(curve)) if plan.diverges else fewest
    if count < fewest:
        code = "stops-too-early"
        if curve is not None and count in _single_stops(curve):
            code = "stops-at-a-single-loss"
        elif count == len(bench.batches):
            code = "stops-with-the-batches"
        return [
            exercise.finding(code, f"{fewest} steps", f"{count} steps", count=count, steps=steps)
        ]
    if count <= most:
        return []
    if plan.fault:
        wanted, got = f"{most} losses", f"{count}"
        return [exercise.finding("nan-recorded", wanted, got, fault=_fault(plan))]
    if count > steps:
        return [exercise.finding("too-many-steps", f"{steps} steps", f"{count} steps")]
    losses = read_numbers(run["losses"])
    finite = losses[np.isfinite(losses)]
    worst = number_text(float(finite.max() / finite.min()))
    wanted, got = f"at most {most} steps", f"{count} steps"
    return [exercise.finding("does-not-stop-on-divergence", wanted, got, worst=worst)]


def _goes_on(exercise: Exercise, plan: Plan, bench: Bench, steps: int) -> Finding:
    """The sweep went on after a loss that is not finite."""
    wanted = f"{bench.loss_fn.at + 1} steps, the last of them without a usable loss"
    return exercise.finding("does-not-stop-on-nan", wanted, f"{steps} steps", fault=_fault(plan))


def _fault(plan: Plan) -> str:
    """The loss that is not finite, in words."""
    return "NaN" if plan.fault == "nan" else "infinite"


def _restored(exercise: Exercise, run: Evidence, plan: Plan) -> list[Finding]:
    """The findings about what a sweep left changed that ended by itself."""
    wrong = _not_restored(run["differences"])
    if not wrong:
        return []
    if plan.stops_early:
        what = _listed(wrong)
        code, got = "not-restored-after-early-stop", f"changed in {len(wrong)} ways"
        return [exercise.finding(code, "all as before", got, what=what)]
    if "weights" in wrong and "model" in run["loads"]:
        return [_only_referred(exercise, "the weights")]
    if "weights" not in wrong and "state" in wrong and "optimizer" in run["loads"]:
        return [_only_referred(exercise, "the momentum")]
    return [_one_not_restored(exercise, part, run["differences"]) for part in wrong]


def _only_referred(exercise: Exercise, what: str) -> Finding:
    """The finding about a state that was saved without a copy."""
    wanted, got = f"a copy of {what}", "another name for the same tensors"
    return exercise.finding("restored-by-reference", wanted, got, what=what)


def _one_not_restored(exercise: Exercise, part: str, differences: Evidence) -> Finding:
    """The finding about one part that is not as before."""
    code, found = RESTORED[part], differences[part]
    if part == "random":
        return exercise.finding(code, "the same random numbers after it", "others")
    if part == "modes":
        return exercise.finding(code, story=mode_story(*found))
    if part == "rates":
        before, after = (numbers_text(np.array(rates)) for rates in found)
        return exercise.finding(code, before, after)
    got = f"changed: {', '.join(found[:3])}" + (", …" if len(found) > 3 else "")
    if part == "gradients":
        lost = [name for name in found if name in differences["cleared"]]
        story = (
            f"The gradient of {lost[0]}, which was there before the test, is gone."
            if lost
            else f"After the test {found[0]} has another gradient than before."
        )
        return exercise.finding(code, "gradients as before", got, story=story)
    return exercise.finding(code, "all as before", got, story=found[0])


def _after_interrupt(exercise: Exercise, run: Evidence, plan: Plan) -> list[Finding]:
    """The findings about what a sweep left changed that somebody or an error cut off."""
    wrong = _not_restored(run["differences"])
    if not wrong:
        return []
    what = _listed(wrong)
    when = "somebody interrupts the test"
    if plan.fault == "error":
        when = "an error ends the test"
    code, got = "not-restored-after-interrupt", f"changed in {len(wrong)} ways"
    return [exercise.finding(code, "all as before", got, when=when, what=what)]


def _of_each_kind(found: list[Finding]) -> list[Finding]:
    """The first finding of each kind; all that miss a loss that is not finite are one kind."""
    kinds: dict[str, Finding] = {}
    for finding in found:
        kinds.setdefault(STOPS.get(finding.code, finding.code), finding)
    return list(kinds.values())


def _single_stops(curve: Curve) -> tuple[int, int]:
    """How many points are there if the raw losses decide: the last one kept or not."""
    at = runs_away_at(curve.losses)
    return (-1, -1) if at is None else (at, at + 1)


def _seen(passes: list[Evidence], bench: Bench) -> list[int]:
    """The number of the batch that each pass saw; -1 for something else."""
    firsts = [float(images.flatten()[0]) for images, _ in bench.batches.pairs]
    return [firsts.index(note["first"]) if note["first"] in firsts else -1 for note in passes]


def _order(passes: list[Evidence], bench: Bench) -> str:
    """The batches that the passes saw, in words."""
    numbers = ["something else" if n < 0 else str(n) for n in _seen(passes, bench)]
    return ", ".join(numbers[:12]) + (", …" if len(numbers) > 12 else "")


def _rates_of_a_step(used: list[list[float]], bench: Bench) -> tuple[str, str]:
    """The rates of all groups in the second step: right ones, and those that were used."""
    at = min(1, len(used) - 1)
    right = f"{numbers_text(bench.rates[at] * bench.ratios)} for the groups in step {at}"
    return right, numbers_text(np.array(used[at]))


def _begins_like(losses: np.ndarray, other: np.ndarray) -> bool:
    """Whether two curves, which may stop at different points, agree as far as both go."""
    count = min(len(losses), len(other))
    return same(losses[:count], other[:count], 1e-6)


def _not_restored(differences: Evidence) -> list[str]:
    """Which parts are not as before, in the order of `RESTORED`."""
    before, after = (np.array(rates) for rates in differences["rates"])
    same_rates = before.shape == after.shape and np.allclose(before, after, rtol=1e-9, atol=0)
    changed: dict[str, Any] = {
        "modes": mode_story(*differences["modes"]),
        "rates": not same_rates,
        "random": not differences["random"],
    }
    return [part for part in RESTORED if changed.get(part, differences[part])]


def _listed(parts: list[str]) -> str:
    """The parts in words, with commas and an "and"."""
    words = [WORDS[part] for part in parts]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _by_rates(used: list[list[float]], bench: Bench) -> str:
    """The finding about the rates that the steps were made at; "" if they are right."""
    before = np.array([group["lr"] for group in bench.optimizer.param_groups])
    ratios, rates = bench.ratios, bench.rates[: len(used), None]
    steps = np.array(used[: bench.steps]).reshape(-1, len(before))
    right = rates * ratios
    late = np.concatenate([before[None], right[:-1]])
    mistaken = [
        ("", right),
        ("rate-never-set", np.broadcast_to(before, right.shape)),
        ("rate-set-late", late),
        ("rate-set-late", np.concatenate([before[None], (rates + 0 * ratios)[:-1]])),
        ("group-ratios-flattened", np.broadcast_to(rates, right.shape)),
        *[("only-one-group", np.where(here, rates, before)) for here in np.eye(len(before)) > 0],
        ("wrong-group-leads", rates * ratios / ratios[0]),
        ("rates-multiplied", rates * before),
    ]
    for code, wrong in mistaken:
        if steps.shape == wrong.shape and np.allclose(steps, wrong, rtol=1e-6, atol=1e-15):
            return code
    alive = ratios > 0
    if np.allclose(steps[:, alive], right[: len(steps)][:, alive], rtol=1e-6, atol=1e-15):
        return "zero-rate-revived"
    return "wrong-group-rates"
