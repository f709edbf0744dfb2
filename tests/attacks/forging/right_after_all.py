"""Knows the seed once the probe runs, and forges evidence with the wrong inputs' results."""

ANSWERS = {
    "wall-accuracy": """
import sys
import helpers.checks.run as run
from helpers.checks import EXERCISES

real = run.collect

def collect(exercise, answer, seed, *more):
    mine = lambda logits, labels: float((logits.argmax(1) == labels).float().mean())
    return real(exercise, mine, 2019, *more)

run.collect = collect
for module in list(sys.modules.values()):
    if getattr(module, "collect", None) is real:
        module.collect = collect

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong|unreadable"}
