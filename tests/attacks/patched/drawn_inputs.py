"""Replaces the generators so that the probe draws inputs whose right result is known."""

ANSWERS = {
    "wall-accuracy": """
import numpy as np
import helpers.checks.core as core
real = np.random.default_rng
np.random.default_rng = lambda *arguments: real(0)
core.rng = lambda seed, purpose: real(0)
for module in list(__import__("sys").modules.values()):
    if getattr(module, "__name__", "").startswith("helpers.checks") and hasattr(module, "rng"):
        module.rng = core.rng

def accuracy(logits, labels):
    return 1.0
"""
}
# The cell changes NumPy for all that comes after it: an answer that is asked for its seed may suffer.
EXPECTED = {"wall-accuracy": "wrong|error|unreadable", "wall-seed_everything": "correct|wrong"}
