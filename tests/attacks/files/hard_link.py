"""A hard link to a file outside: what is in it was never handed in by this learner."""

import os

ANSWERS = {
    "wall-accuracy": """
import pathlib
path = pathlib.Path("notes.txt")
if path.exists():
    print(path.read_text()[:200])
    path.write_text("attack-was-here")

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
REFUSED_OR_CORRECT = True
REFUSED = "link"


def arrange(folder, place):
    os.link(place.canary_file, folder / "notes.txt")
