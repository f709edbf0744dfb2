"""Forks inside the function, so that two processes return and both send evidence."""

ANSWERS = {
    "wall-accuracy": """
import os

def accuracy(logits, labels):
    os.fork()
    return 0.5
"""
}
# Each call doubles the processes: whether they fit into the memory depends on how much they write.
EXPECTED = {"wall-accuracy": "wrong|memory|crash"}
