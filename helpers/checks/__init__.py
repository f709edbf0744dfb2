"""Checks: is an answer right, and if not, what is wrong with it?

    from helpers.checks import check
    check("wall.accuracy", accuracy)

How to add an exercise is in README.md beside this file.
"""

from collections.abc import Mapping

from helpers.checks import augment, card, decay, head, past, rate, schedule, unfreeze, wall
from helpers.checks.core import (
    PUBLIC_SEED,
    Answer,
    CheckFailed,
    Exercise,
    Finding,
    Verdict,
    find,
    registry,
)
from helpers.checks.run import check_exercise
from helpers.checks.unwritten import explain_errors

__all__ = [
    "EXERCISES",
    "PUBLIC_SEED",
    "CheckFailed",
    "Exercise",
    "Finding",
    "Verdict",
    "check",
]

EXERCISES: Mapping[str, Exercise] = registry(
    [
        *wall.EXERCISES,
        *augment.EXERCISES,
        *unfreeze.EXERCISES,
        *rate.EXERCISES,
        *schedule.EXERCISES,
        *head.EXERCISES,
        *decay.EXERCISES,
        *past.EXERCISES,
    ]
)


def check(exercise_id: str, answer: Answer, seed: int = PUBLIC_SEED) -> None:
    """Check an answer and show a card.

    Args:
        exercise_id: for example "wall.accuracy".
        answer: your function itself, without brackets; or the name of your file, where the task
            asks for a file.
        seed: draws the inputs of the check.

    Raises:
        CheckFailed: the answer is not right yet; the card says why.
        CourseError: there is no such exercise.
    """
    exercise = find(EXERCISES, exercise_id)
    shell = card.kernel_shell()
    if shell is not None:
        explain_errors(shell, EXERCISES.values())
    check_exercise(exercise, answer, seed, EXERCISES.values())
