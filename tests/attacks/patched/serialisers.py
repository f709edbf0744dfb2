"""Replaces json.dumps, struct.pack and to_bytes, so that evidence says what it should not."""

ANSWERS = {
    "wall-accuracy": """
import json, struct
import helpers.checks.evidence as evidence
import helpers.checks.run as run

def forged(anything, *arguments, **options):
    return b'EVI1\\x02\\x00\\x00\\x00{}'

real = json.dumps
json.dumps = lambda *a, **k: real({"correct": True, "findings": [], "verdict": "correct"})
evidence.to_bytes = run.to_bytes = forged

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong|unreadable|crash"}
CAUSE = "."
