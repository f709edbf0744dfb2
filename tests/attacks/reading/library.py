"""Hands the library's own version in as the answer."""

ANSWERS = {
    "wall-accuracy": "from helpers.training import accuracy\n",
    "wall-evaluate": """
from helpers import training

def evaluate(model, batches):
    return training.evaluate(model, batches)
""",
}
EXPECTED = {"wall-accuracy": "wrong", "wall-evaluate": "wrong"}
CAUSE = "librar"
