"""Exercise rate.range_test: try every rate once, and leave no trace."""

from itertools import groupby
from typing import Any, ClassVar

import numpy as np
import torch

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, rng
from helpers.checks.lists import beginning, floats_of, listing_findings, read_numbers, same
from helpers.checks.observe import call_and_keep
from helpers.checks.rate.sweeping import (
    PLANS,
    Bench,
    Curve,
    Interrupted,
    Plan,
    Snapshot,
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
MAX_FINDINGS = 3


class RangeTest(Exercise):
    """range_test(model, batches, loss_fn, optimizer, low, high, steps) -> (lrs, losses)."""

    id = "rate.range_test"
    parameters = ("model", "batches", "loss_fn", "optimizer", "low", "high", "steps")
    own_versions = (
        "helpers.training.lr_finder.range_test",
        "helpers.training.lr_finder.lr_band",
    )
    checked = (
        "rates and losses of whole sweeps and of sweeps that run away, become NaN or are "
        "interrupted; afterwards everything is as it was"
    )
    mistakes: ClassVar = {
        "not-a-pair": Mistake(
            "Your function should hand back two lists: the rates, then the losses.",
            "the return line",
        ),
        "tensors-not-numbers": Mistake(
            "Your {part} are tensors. A tensor of the loss keeps the whole graph of its step in "
            "memory.",
            "how a tensor of one element becomes a plain Python number",
        ),
        "swapped-outputs": Mistake(
            "Both lists are there, but in the wrong order.",
            "the return line: rates first, then losses",
        ),
        "lengths-differ": Mistake(
            "There are {lrs} rates, but {losses} losses. Each loss belongs to one rate.",
            "where the two lists grow, and what lies between: can the loop be left there?",
        ),
        "linear-sweep": Mistake(
            "Your rates grow by the same amount each step, so that nearly all of them are large.",
            "the function for the rate of a step, which you have already written",
        ),
        "sweep-ends": Mistake(
            "Your sweep does not run from the lower end to the upper end.",
            "which step numbers the rates are computed for: the first is 0",
        ),
        "reports-another-group": Mistake(
            "The rates you report are those of another group than the one with the largest.",
            "which of the optimizer's groups the reported rate is read from",
        ),
        "wrong-rates": Mistake(
            "The rates you report are not those of the sweep.",
            "which rate belongs to which step",
        ),
        "stops-with-the-batches": Mistake(
            "Your sweep ends when the batches are used up. There may be fewer batches than steps.",
            "what happens after the last batch: they have to be started anew",
        ),
        "stops-too-early": Mistake(
            "Your sweep stops after {count} of {steps} steps, although nothing has gone wrong yet.",
            "your condition for stopping: what is compared with what, in the first steps too",
        ),
        "stops-at-a-single-loss": Mistake(
            "A single high loss ended your sweep after {count} of {steps} steps. The losses of "
            "single batches jump; smoothed, they had not run away yet.",
            "your condition for stopping: which losses it compares, the raw or the smoothed ones",
        ),
        "too-many-steps": Mistake(
            "Your sweep has more steps than were asked for.", "what makes the loop end"
        ),
        "does-not-stop-on-divergence": Mistake(
            "The loss ran away to {worst} times its smallest value, and your sweep went on.",
            "the condition for stopping, and whether it is looked at in every step",
        ),
        "does-not-stop-on-nan": Mistake(
            "The loss was {fault}, and your sweep went on. Nothing that follows can be trusted.",
            "a comparison with NaN is never true: how else do you recognise it?",
        ),
        "nan-recorded": Mistake(
            "The loss that is {fault} is in your list. It should stop the sweep, and not be kept.",
            "the order of recording a loss and looking at it, and whether your condition knows "
            "both NaN and infinity",
        ),
        "model-not-used": Mistake(
            "Your sweep never shows the model a picture.", "where the logits come from"
        ),
        "weights-never-move": Mistake(
            "The weights stay the same during the whole sweep, so it measures nothing.",
            "the three lines of a training step, and their order",
        ),
        "moves-another-model": Mistake(
            "The losses are measured on a copy of the model, but the optimizer holds the weights "
            "of the original: the copy never learns.",
            "which weights the optimizer moves, and which model computes the loss",
        ),
        "own-optimizer": Mistake(
            "The optimizer you were given makes no step. Another one has other settings, groups "
            "and memory: its curve is another curve.",
            "whose step() is called",
        ),
        "rate-never-set": Mistake(
            "The optimizer makes all its steps at the rate it came with.",
            "where an optimizer keeps the rate that it uses: in each of its groups",
        ),
        "rate-set-late": Mistake(
            "Each step is made at the rate of the step before.",
            "whether the rate is set before or after the optimizer's step",
        ),
        "group-ratios-flattened": Mistake(
            "All groups get the same rate. Groups had rates of their own, in a proportion that "
            "somebody chose.",
            "the rates of the groups before the test: each keeps its ratio to the largest",
        ),
        "zero-rate-revived": Mistake(
            "A group that came with a rate of 0 is trained.",
            "the ratio of a group whose rate is 0",
        ),
        "only-one-group": Mistake(
            "Only one of the optimizer's groups gets the rates of the sweep.",
            "the loop over the groups",
        ),
        "wrong-group-leads": Mistake(
            "The first group gets the rate of the sweep. It belongs to the group with the largest "
            "rate; then no group goes beyond the upper end.",
            "which group the ratios refer to",
        ),
        "rates-multiplied": Mistake(
            "Each group's own rate is multiplied by the rate of the sweep, which makes both tiny.",
            "the ratio: a group's rate relative to the largest one",
        ),
        "wrong-group-rates": Mistake(
            "The steps are made at other rates than the sweep asks for.",
            "the rate of each group in each step: the sweep's rate times the group's ratio",
        ),
        "evaluation-mode": Mistake(
            "The model was in evaluation mode during the test. Training goes another way, so its "
            "losses are others.",
            "the mode during the sweep",
        ),
        "frozen-part-in-training-mode": Mistake(
            "A frozen part of the model was in training mode: its BatchNorm used the statistics "
            "of the batch, which it does not do when you train.",
            "how the training loop of this course sets the mode, where parts are frozen",
        ),
        "same-batch": Mistake(
            "Every step sees the same batch.",
            "where the iterator over the batches is made: once, or anew in each step",
        ),
        "several-batches-a-step": Mistake(
            "Some rates see more than one batch. One batch a step is asked for.",
            "loops inside the loop over the steps",
        ),
        "other-batches": Mistake(
            "Your sweep does not take the batches in their order.", "how the next batch is fetched"
        ),
        "gradients-accumulate": Mistake(
            "The gradients of all your steps add up. Each step should follow its own batch.",
            "what has to happen to the old gradients before each backward pass",
        ),
        "smoothed-recorded": Mistake(
            "Your losses are smoothed. The raw ones are asked for; smoothing comes afterwards.",
            "which of the two values is put into the list",
        ),
        "loss-after-the-step": Mistake(
            "Each loss is measured after the step. Record the one you computed the gradients from.",
            "where in the step the loss is recorded",
        ),
        "wrong-losses": Mistake(
            "These are not the losses of the sweep.",
            "the order in each step: set the rates, loss, gradients, optimizer step",
        ),
        "restored-by-reference": Mistake(
            "You put back what you had saved, but {what} of the sweep came back with it: what you "
            "saved was not a copy, but the very tensors that training changes.",
            "the line that saves: what does state_dict() hand out?",
        ),
        "weights-not-restored": Mistake(
            "After the test the weights are no longer those from before: training would go on "
            "with a ruined model.",
            "what is saved before the sweep, whether it is a copy, and where it is put back",
        ),
        "buffers-not-restored": Mistake(
            "After the test BatchNorm's running statistics are no longer those from before: the "
            "sweep's last, wild batches are in them.",
            "what else a model holds besides its parameters",
        ),
        "optimizer-state-not-restored": Mistake(
            "What the optimizer remembers of earlier steps is not what it was: {story}.",
            "what the optimizer keeps about each weight, and how it is saved and put back",
        ),
        "rates-not-restored": Mistake(
            "After the test the optimizer keeps a rate of the sweep.",
            "the rates of all groups before the test",
        ),
        "mode-not-restored": Mistake(
            "{story}", "the modes before you begin: note them, for every module, and put them back"
        ),
        "gradients-not-restored": Mistake(
            "{story}", "the gradients before you begin: a copy of each, or None where there is none"
        ),
        "random-state-not-restored": Mistake(
            "The test uses up random numbers: a training run after it is another one than without.",
            "torch's random state: how it is read, and how it is set",
        ),
        "not-restored-after-early-stop": Mistake(
            "When the sweep stops early, your function leaves without putting back {what}.",
            "every way out of your function: the putting back has to lie on all of them",
        ),
        "not-restored-after-interrupt": Mistake(
            "When {when}, {what} stay as the sweep left them.",
            "a way of leaving a block that Python takes whatever happens",
        ),
    }

    def probe(self, answer: Answer, seed: int) -> Evidence:
        runs = []
        for plan in PLANS:
            runs.append(self._run(answer, plan, seed))
            if not plan.is_cut_off and "returned" not in runs[-1]["call"]:
                break  # an error, or not started: the other runs would say the same
        return {"runs": runs}

    @staticmethod
    def _run(answer: Answer, plan: Plan, seed: int) -> Evidence:
        bench = plan.build(seed)
        torch.manual_seed(int(rng(seed, plan.name).integers(2**31)))
        torch.set_grad_enabled(True)
        before = Snapshot(bench)
        try:
            call, value = call_and_keep(answer, *bench.arguments)
        except Interrupted:
            call, value = {"interrupted": True}, None
        notes = bench.notes
        lrs, losses = _pair(value)
        return {
            "call": call,
            "lrs": lrs,
            "losses": losses,
            "passes": notes.passes,
            "steps": notes.steps,
            "loads": notes.loads[:20],
            "copies": notes.copies,
            "differences": before.differences(),
        }

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        found: list[Finding] = []
        traces: list[Finding] = []
        for run, plan in zip(evidence["runs"], PLANS, strict=False):
            if plan.is_cut_off:
                traces = traces or self._after_interrupt(run, plan)
                continue
            bench = plan.build(seed)
            if findings := call_findings(self, run["call"]):
                return found or self._used_up(run, bench) or findings
            if all(finding.code in STOPS for finding in found):  # else more would only follow
                found += self._form(run, bench) or self._curve(run, plan, bench, seed)
            traces = traces or self._restored(run, plan)
        if len(evidence["runs"]) != len(PLANS):
            raise ValueError("runs are missing")
        return [*_of_each_kind(found), *traces][:MAX_FINDINGS]

    def _used_up(self, run: Evidence, bench: Bench) -> list[Finding]:
        """A sweep that fails because it asks for a batch after the last."""
        raised = str(run["call"].get("raised", {}).get("type"))
        if raised == "StopIteration" and len(run["passes"]) == len(bench.batches):
            wanted = f"{bench.steps} steps with {len(bench.batches)} batches"
            return [self.finding("stops-with-the-batches", wanted, raised)]
        return []

    def _form(self, run: Evidence, bench: Bench) -> list[Finding]:
        value = returned(run["call"])
        parts = value.items
        if len(parts) != 2 or any(part.kind != "list" for part in parts):
            return [self.finding("not-a-pair", "(lrs, losses)", value.describe())]
        for name, part in zip(("rates", "losses"), parts, strict=True):
            if any(item.kind == "tensor" for item in part.items):
                wanted, got = "plain numbers", "tensors"
                return [self.finding("tensors-not-numbers", wanted, got, part=name)]
            if findings := listing_findings(part, f"Your list of {name}"):
                return findings
        lrs, losses = read_numbers(run["lrs"]), read_numbers(run["losses"])
        right = bench.rates
        if len(lrs) and same(losses, right[: len(losses)]) and not same(lrs, right[: len(lrs)]):
            return [self.finding("swapped-outputs", "(lrs, losses)", "(losses, lrs)")]
        if len(lrs) != len(losses):
            rates, count = len(lrs), len(losses)
            wanted, got = f"{rates} losses", f"{count} losses"
            return [self.finding("lengths-differ", wanted, got, lrs=rates, losses=count)]
        return []

    def _curve(self, run: Evidence, plan: Plan, bench: Bench, seed: int) -> list[Finding]:
        """Rates, then losses, then where the sweep ends."""
        lrs, losses = read_numbers(run["lrs"]), read_numbers(run["losses"])
        right, count = bench.rates, len(lrs)
        if plan.fault and len(run["passes"]) > bench.loss_fn.at + 2:
            return [self._goes_on(plan, bench, len(run["passes"]))]
        if count and not same(lrs[: len(right)], right[:count]):
            return [self._wrong_rates(lrs, bench)]
        curve = right_curve(plan.build(seed)) if not plan.dropout else None
        # A sweep that ends too early is judged by what it has.
        if curve is None or plan.name != "full":
            return self._end(run, plan, bench, curve)
        if not same(losses[: len(right)], curve.losses[:count], 1e-6):
            return [self._wrong_losses(run, losses, curve, plan, seed)]
        return self._end(run, plan, bench, curve)

    def _wrong_rates(self, lrs: np.ndarray, bench: Bench) -> Finding:
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
        return self.finding((names or ["wrong-rates"])[0], wanted, got)

    def _wrong_losses(
        self, run: Evidence, losses: np.ndarray, curve: Curve, plan: Plan, seed: int
    ) -> Finding:
        """Name what led to other losses, by what the model and the optimizer noted."""
        bench, passes = plan.build(seed), run["passes"]
        if not passes:
            return self.finding("model-not-used", "a batch for every step", "none")
        heads = {note["head"] for note in passes}
        if len(heads) == 1 and len(passes) > 1:
            another = run["copies"] > 0 and bool(run["steps"])
            code = "moves-another-model" if another else "weights-never-move"
            return self.finding(code, "weights that move with every step", "weights that stay")
        if not run["steps"]:
            return self.finding("own-optimizer", "its step, once for every rate", "none")
        if code := self._by_mode(passes):
            modes = ("training mode", "evaluation mode")
            return self.finding(code, *(modes if code == "evaluation-mode" else modes[::-1]))
        if code := self._by_batch(passes, bench, len(losses)):
            return self.finding(code, "batches in the order 0, 1, 2, …", _order(passes, bench))
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
        return self.finding(code, wanted, got)

    @staticmethod
    def _by_mode(passes: list[Evidence]) -> str:
        if not all(note["modes"]["body.1"] for note in passes):
            return "evaluation-mode"
        if any(note["modes"]["trunk.1"] for note in passes):
            return "frozen-part-in-training-mode"
        return ""

    @staticmethod
    def _by_batch(passes: list[Evidence], bench: Bench, count: int) -> str:
        seen, count_of_batches = _seen(passes, bench), len(bench.batches)
        in_order = [k % count_of_batches for k in range(len(seen))]
        if seen == in_order:
            return "several-batches-a-step" if len(seen) > count + 1 else ""
        if len(set(seen)) == 1:
            return "same-batch"
        once_each = [batch for batch, _ in groupby(seen)]
        return "" if once_each == in_order[: len(once_each)] else "other-batches"

    def _end(self, run: Evidence, plan: Plan, bench: Bench, curve: Curve | None) -> list[Finding]:
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
                self.finding(code, f"{fewest} steps", f"{count} steps", count=count, steps=steps)
            ]
        if count <= most:
            return []
        if plan.fault:
            fault = "NaN" if plan.fault == "nan" else "infinite"
            return [self.finding("nan-recorded", f"{most} losses", f"{count}", fault=fault)]
        if count > steps:
            return [self.finding("too-many-steps", f"{steps} steps", f"{count} steps")]
        losses = read_numbers(run["losses"])
        finite = losses[np.isfinite(losses)]
        worst = number_text(float(finite.max() / finite.min()))
        wanted, got = f"at most {most} steps", f"{count} steps"
        return [self.finding("does-not-stop-on-divergence", wanted, got, worst=worst)]

    def _goes_on(self, plan: Plan, bench: Bench, steps: int) -> Finding:
        """The sweep went on after a loss that is not finite."""
        fault = "NaN" if plan.fault == "nan" else "infinite"
        wanted = f"{bench.loss_fn.at + 1} steps, the last of them without a usable loss"
        return self.finding("does-not-stop-on-nan", wanted, f"{steps} steps", fault=fault)

    def _restored(self, run: Evidence, plan: Plan) -> list[Finding]:
        wrong = _not_restored(run["differences"])
        if not wrong:
            return []
        if plan.stops_early:
            what = _listed(wrong)
            code, got = "not-restored-after-early-stop", f"changed in {len(wrong)} ways"
            return [self.finding(code, "all as before", got, what=what)]
        if "weights" in wrong and "model" in run["loads"]:
            return [self._only_referred("the weights")]
        if "weights" not in wrong and "state" in wrong and "optimizer" in run["loads"]:
            return [self._only_referred("the momentum")]
        return [self._one_not_restored(part, run["differences"]) for part in wrong]

    def _only_referred(self, what: str) -> Finding:
        wanted, got = f"a copy of {what}", "another name for the same tensors"
        return self.finding("restored-by-reference", wanted, got, what=what)

    def _one_not_restored(self, part: str, differences: Evidence) -> Finding:
        code, found = RESTORED[part], differences[part]
        if part == "random":
            return self.finding(code, "the same random numbers after it", "others")
        if part == "modes":
            return self.finding(code, story=mode_story(*found))
        if part == "rates":
            before, after = (numbers_text(np.array(rates)) for rates in found)
            return self.finding(code, before, after)
        got = f"changed: {', '.join(found[:3])}" + (", …" if len(found) > 3 else "")
        if part == "gradients":
            lost = [name for name in found if name in differences["cleared"]]
            story = (
                f"The gradient of {lost[0]}, which was there before the test, is gone."
                if lost
                else f"After the test {found[0]} has another gradient than before."
            )
            return self.finding(code, "gradients as before", got, story=story)
        return self.finding(code, "all as before", got, story=found[0])

    def _after_interrupt(self, run: Evidence, plan: Plan) -> list[Finding]:
        wrong = _not_restored(run["differences"])
        if not wrong:
            return []
        what = _listed(wrong)
        when = "somebody interrupts the test"
        if plan.fault == "error":
            when = "an error ends the test"
        code, got = "not-restored-after-interrupt", f"changed in {len(wrong)} ways"
        return [self.finding(code, "all as before", got, when=when, what=what)]


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


def _pair(value: object) -> tuple[np.ndarray | None, np.ndarray | None]:
    """The numbers of the two lists that were returned, where there are two."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None, None
    return floats_of(value[0]), floats_of(value[1])
