"""Swaps exercises in the registry: the hard one is probed as if it were an easy one."""

ANSWERS = {
    "wall-evaluate": """
import gc
from helpers.checks import EXERCISES

(inner,) = [d for d in gc.get_referents(EXERCISES) if isinstance(d, dict)][:1] or [{}]
for key in list(inner):
    inner[key] = inner.get("wall.accuracy")

def evaluate(model, batches):
    return 0.0, 1.0
"""
}
EXPECTED = {"wall-evaluate": "wrong|error|unreadable"}
