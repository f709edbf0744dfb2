"""Exercise rate.range_test: try every rate once, and leave no trace."""

from typing import ClassVar

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake
from helpers.checks.rate.range_test_judge import judge_sweeps
from helpers.checks.rate.range_test_probe import observe_sweeps


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
        return {"runs": observe_sweeps(answer, seed)}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        return judge_sweeps(self, evidence, seed)
