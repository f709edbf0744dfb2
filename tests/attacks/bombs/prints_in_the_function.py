"""Prints without end inside the function, and past Python straight to descriptors 1 and 2."""

ANSWERS = {
    "wall-accuracy": """
import os

def accuracy(logits, labels):
    while True:
        os.write(1, b"x" * 10_000)
        os.write(2, b"y" * 10_000)
"""
}
EXPECTED = {"wall-accuracy": "output|timeout"}
CAUSE = "print|output|second"
