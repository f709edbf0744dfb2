"""Sends endless garbage to every descriptor: the reader must bound what it takes."""

ANSWERS = {
    "wall-accuracy": """
import os
block = b"\\xff" * 65536
for number in range(3, 256):
    try:
        os.set_blocking(number, False)
    except OSError:
        continue
    for _ in range(2000):
        try:
            os.write(number, block)
        except OSError:
            break

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong|unreadable|crash|output|timeout"}
CAUSE = "."
