"""Sends real evidence, gathered for another, easier exercise and with a seed of its own."""

ANSWERS = {
    "wall-evaluate": """
import os, struct
from helpers.checks import EXERCISES
from helpers.checks.evidence import to_bytes
from helpers.checks.run import collect

def right(logits, labels):
    return float((logits.argmax(1) == labels).float().mean())

made = collect(EXERCISES["wall.accuracy"], right, 1)
made["exercise"] = "wall.evaluate"
body = to_bytes({**made, "library": [], "own_seconds": 0.0})
for number in range(3, 256):
    for frame in (body, struct.pack(">I", len(body)) + body, struct.pack("<I", len(body)) + body):
        try:
            os.set_blocking(number, False)
            os.write(number, frame)
        except OSError:
            pass

def evaluate(model, batches):
    return 0.0, 1.0
"""
}
EXPECTED = {"wall-evaluate": "wrong|unreadable|crash|error|output"}
CAUSE = "."
