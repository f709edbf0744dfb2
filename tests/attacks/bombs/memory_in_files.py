"""Takes memory that a limit on the heap does not see: memfd, shared mappings, /dev/shm."""

ANSWERS = {
    "wall-accuracy": """
import os
block = b"x" * 10_000_000
kept = []
for number in range(400):
    file = os.memfd_create(f"bomb{number}")
    kept.append(file)
    os.write(file, block)

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "memory|error|crash"}
CAUSE = "."
