"""Answers by the number of the call, hoping that inputs are the same every time."""

ANSWERS = {
    "wall-accuracy": """
known = iter([0.75, 0.5, 1.0, 0.25, 0.0, 0.6, 0.4])

def accuracy(logits, labels):
    return next(known, 0.5)
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
