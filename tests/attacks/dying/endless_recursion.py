"""Recurses until Python, and then C, has no stack left."""

ANSWERS = {
    "wall-accuracy": "def accuracy(logits, labels):\n    return accuracy(logits, labels)\n",
    "wall-class_weights": """
import sys
sys.setrecursionlimit(10**9)

class Deep:
    def __repr__(self):
        return repr(self)

def class_weights(labels, num_classes):
    return repr(Deep())
""",
}
EXPECTED = {"wall-accuracy": "error", "wall-class_weights": "error|crash|memory|timeout"}
CAUSE = "."
