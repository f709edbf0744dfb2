"""Fills the disk with one file, in every folder it can write to."""

ANSWERS = {
    "wall-accuracy": """
import os
block = b"x" * 1_000_000
for folder in (os.getcwd(), "/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~")):
    try:
        with open(folder + "/big", "wb") as file:
            for _ in range(3000):
                file.write(block)
        print("FOUND room for 3 GB in", folder)
    except OSError as error:
        print(folder, error)

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong|memory|crash|output"}
CAUSE = "."
FORBIDDEN = "FOUND"
