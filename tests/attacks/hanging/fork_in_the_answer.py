"""Forks inside the function, so that two processes return and both send evidence."""

ANSWERS = {
    "wall-accuracy": """
import os

def accuracy(logits, labels):
    os.fork()
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
