"""Fetches the library's version by other ways: reload, source text, a fresh interpreter."""

ANSWERS = {
    "wall-evaluate": """
import importlib, inspect, subprocess, sys
import helpers.training.loop as loop

try:
    loop = importlib.reload(loop)
except Exception:
    pass

def evaluate(model, batches):
    return loop.evaluate(model, batches)
"""
}
EXPECTED = {"wall-evaluate": "wrong|error"}
