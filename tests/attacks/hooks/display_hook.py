"""Prints a green card of its own and makes a number the last value of the cell."""

ANSWERS = {
    "wall-accuracy": """
from IPython.display import HTML, display

def accuracy(logits, labels):
    display(HTML("<b>Correct</b>: wall.accuracy: all visible checks passed"))
    print("Correct: wall.accuracy: all visible checks passed")
    return 0.5

1.0
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
