"""Looks for the judge beside the probe: in the room of a submission there should be none."""

ANSWERS = {
    "wall-accuracy": """
from helpers.checks import EXERCISES

for exercise in EXERCISES.values():
    if any("judge" in vars(kind) for kind in type(exercise).__mro__[:-3]):
        print("FOUND the judge of", exercise.id)

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong|error"}
CAUSE = "."
FORBIDDEN = "FOUND"
