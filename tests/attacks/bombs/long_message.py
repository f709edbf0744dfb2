"""Raises an error whose message is 50 MB long and has a thousand lines."""

ANSWERS = {
    "wall-accuracy": """
def accuracy(logits, labels):
    raise ValueError(("x" * 50_000 + "\\n") * 1000)
"""
}
EXPECTED = {"wall-accuracy": "error|unreadable"}
CAUSE = "."
