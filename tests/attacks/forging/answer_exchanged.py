"""Replaces collect so that the library's version is probed instead of the learner's function."""

ANSWERS = {
    "wall-accuracy": """
import sys
import helpers.checks.run as run
from helpers import training

real = run.collect

def collect(exercise, answer, seed, *more, **options):
    return real(exercise, lambda a, b: training.accuracy(a, b), seed, *more, **options)

for module in list(sys.modules.values()):
    if getattr(module, "collect", None) is real:
        module.collect = collect

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
