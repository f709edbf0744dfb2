"""Displays pictures and HTML without end instead of printing."""

ANSWERS = {
    "wall-accuracy": """
from IPython.display import HTML, display
for number in range(3000):
    display(HTML("<b>" + "x" * 100_000 + "</b>"))

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong|output|error|memory"}
CAUSE = "."
