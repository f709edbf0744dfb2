"""Warns a million times, each time in other words."""

ANSWERS = {
    "wall-accuracy": """
import warnings

def accuracy(logits, labels):
    for number in range(300_000):
        warnings.warn(f"warning {number}")
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong|timeout|memory|output"}
CAUSE = "."
