"""Knows the results for the public seed by heart: what a learner can see in the notebook."""

ANSWERS = {
    "wall-accuracy": """
from helpers.checks import EXERCISES, PUBLIC_SEED

seen = {}

def right(logits, labels):
    value = float((logits.argmax(1) == labels).float().mean())
    seen[tuple(logits.flatten().tolist())] = value
    return value

EXERCISES["wall.accuracy"].probe(right, PUBLIC_SEED)

def accuracy(logits, labels):
    return seen.get(tuple(logits.flatten().tolist()), 0.123)
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
