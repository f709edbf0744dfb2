"""Lets the judge's own arithmetic compute the result: it should not lie beside the probe."""

ANSWERS = {
    "wall-accuracy": """
import inspect, sys
from helpers.checks import EXERCISES

judge = type(EXERCISES["wall.accuracy"]).judge
source = inspect.getsource(judge)
print("judge in the room", len(source))

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong|error"}
