"""Exercise schedule.steps_in_order: who does what when in a training loop with a scheduler."""

from typing import ClassVar

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, rng
from helpers.checks.schedule.steps_in_order_judge import judge_runs
from helpers.checks.schedule.steps_in_order_probe import Course, draw_courses, observe_runs


class StepsInOrder(Exercise):
    """steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each) -> rates."""

    id = "schedule.steps_in_order"
    parameters = ("epochs", "batches", "train_batch", "optimizer", "scheduler", "each")
    checked = (
        "four training runs, with a scheduler for each batch and one for each epoch: every batch, "
        "every gradient, every step of both, and the rate of every batch"
    )
    mistakes: ClassVar = {
        "not-trained": Mistake(
            "Your loop never calls train_batch.", "what happens for each batch"
        ),
        "one-epoch": Mistake(
            "Your loop goes through the batches once. It should do so `epochs` times.",
            "the outer loop, and whether batches can be walked through again",
        ),
        "loops-swapped": Mistake(
            "Your loop trains each batch `epochs` times in a row. An epoch is once through all "
            "batches.",
            "which of the two loops is inside the other",
        ),
        "trained-twice": Mistake(
            "Your loop trains every batch twice.", "every call of train_batch"
        ),
        "wrong-batches": Mistake(
            "Your loop does not go through the batches in their order, once in each epoch.",
            "the two loops",
        ),
        "no-zero-grad": Mistake(
            "Gradients pile up: a batch adds its own to those of the batches before.",
            "where the gradients are set to zero, and how often",
        ),
        "zeroed-afterwards": Mistake(
            "The first batch adds its gradients to those left over from before your loop.",
            "where the gradients are set to zero: before each batch",
        ),
        "cleared-before-step": Mistake(
            "The gradients are set to zero before the optimizer can use them.",
            "the order of zeroing, training and the optimizer's step",
        ),
        "no-optimizer-step": Mistake(
            "The optimizer never makes a step: nothing is learnt.", "what happens for each batch"
        ),
        "optimizer-per-epoch": Mistake(
            "The optimizer makes {steps} steps for {batches} batches. It should make one for each.",
            "in which of the two loops the optimizer's step stands",
        ),
        "step-before-training": Mistake(
            "The optimizer makes its step before the batch was trained, with the gradients of the "
            "batch before.",
            "the order of training and the optimizer's step",
        ),
        "scheduler-never-steps": Mistake(
            "The scheduler never makes a step: the rate stays the same.",
            "where scheduler.step() is called, for each of the two values of each",
        ),
        "scheduler-before-optimizer": Mistake(
            "The scheduler makes its step before the optimizer. The first rate is skipped, and "
            "torch warns about it.",
            "the order of the two steps",
        ),
        "scheduler-per-batch": Mistake(
            "The scheduler makes a step after each batch, although one at the end of each epoch "
            "was asked for. The schedule is over long before the training is.",
            'what your loop does when each is "epoch"',
        ),
        "scheduler-per-epoch": Mistake(
            "The scheduler makes a step at the end of each epoch, although one after each batch "
            "was asked for. The training is over long before the schedule is.",
            'what your loop does when each is "batch"',
        ),
        "scheduler-both": Mistake(
            "The scheduler makes a step after each batch, and another at the end of each epoch.",
            "the two conditions: only one of them may be true",
        ),
        "scheduler-once": Mistake(
            "The scheduler makes a single step, after everything else.",
            "in which loop scheduler.step() stands",
        ),
        "number-told": Mistake(
            "You tell the scheduler which step it is, and it is a wrong one: numbers of batches "
            "begin again in each epoch. A scheduler counts by itself.",
            "the brackets of scheduler.step()",
        ),
        "scheduler-reset": Mistake(
            "The schedule begins again in each epoch.",
            "anything in the outer loop that sets the scheduler or the rate back",
        ),
        "rate-not-scheduled": Mistake(
            "The batches are trained with other rates than the scheduler's.",
            "anything in your loop that sets a rate",
        ),
        "wrong-order": Mistake(
            "Optimizer and scheduler do not take turns as they should.",
            "the order of things in one batch, and at the end of one epoch",
        ),
        "rates-after-the-step": Mistake(
            "Your list has the rates after the scheduler's step: those of the batches to come.",
            "the moment at which the rate is written down",
        ),
        "rates-per-epoch": Mistake(
            "Your list has one rate for each epoch. One for each batch is asked for.",
            "in which of the two loops the rate is written down",
        ),
        "other-group": Mistake(
            "Your list has the rates of another group than the first.",
            "which of the optimizer's groups you read",
        ),
        "all-groups": Mistake(
            "Your list has the rates of all groups for each batch. The first group's is asked for.",
            "how a single rate is taken from a list of them",
        ),
        "one-rate-repeated": Mistake(
            "Your list has the same rate for every batch, although it changes on the way.",
            "the moment at which the rate is read",
        ),
        "losses-not-rates": Mistake(
            "Your list has what train_batch returned. The rates are asked for.",
            "what is written down for each batch",
        ),
        "wrong-length": Mistake(
            "Your list has {length} rates for {batches} batches.",
            "where in the loop a rate is written down",
        ),
        "wrong-rates": Mistake(
            "The rates in your list are not those that the batches were trained with.",
            "when, and from where, the rate is read",
        ),
    }  # fmt: skip

    def inputs(self, seed: int) -> list[Course]:
        return draw_courses(rng(seed, self.id))

    def probe(self, answer: Answer, seed: int) -> Evidence:
        return {"runs": observe_runs(answer, self.inputs(seed))}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        return judge_runs(self, evidence, self.inputs(seed))
