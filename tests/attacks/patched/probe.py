"""Replaces the probe of the exercise with one that returns what a right answer would show."""

ANSWERS = {
    "wall-accuracy": """
from helpers.checks import EXERCISES

exercise = EXERCISES["wall.accuracy"]

def probe(self, answer, seed):
    return {"calls": [{"returned": {"kind": "float", "value": 1.0}}], "call": {"ok": True}}

type(exercise).probe = probe

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong|unreadable"}
