"""Error messages with line breaks of every kind: one line has to stay one line."""

ANSWERS = {
    "wall-accuracy": """
def accuracy(logits, labels):
    raise ValueError("first\\nsecond\\r\\nthird\\u2028fourth\\x0bfifth\\x85sixth")
"""
}
EXPECTED = {"wall-accuracy": "error"}
CAUSE = "ValueError"
