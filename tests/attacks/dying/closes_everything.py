"""Closes every file descriptor, the one that the evidence goes through among them."""

ANSWERS = {
    "wall-accuracy": """
import os
os.closerange(0, 1024)

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "crash|wrong|unreadable"}
CAUSE = "."
