"""Replaces collect, the whole of what runs the probe, with evidence made up in advance."""

ANSWERS = {
    "wall-accuracy": """
import sys
import helpers.checks.run as run

def collect(exercise, answer, seed, time_limit=None):
    return {"exercise": "wall.accuracy", "probe": {}, "timed_out": None, "printed": "",
            "printed_length": 0, "warnings": [], "problem": ""}

run.collect = collect
for module in list(sys.modules.values()):
    if hasattr(module, "collect") and getattr(module, "__name__", "").startswith("helpers"):
        module.collect = collect

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong|unreadable"}
