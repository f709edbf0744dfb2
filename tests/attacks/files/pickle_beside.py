"""A pickle beside the notebook, loaded by torch in the answer: it may run, and reach nothing."""

import pickle

ANSWERS = {
    "wall-accuracy": """
import pickle
import torch
try:
    torch.load("model.pt", weights_only=False)
except Exception as error:
    print(type(error).__name__)
pickle.load(open("data.pkl", "rb"))

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong|error"}
CAUSE = "."


class Bomb:
    def __init__(self, command):
        self.command = command

    def __reduce__(self):
        import os

        return os.system, (self.command,)


def arrange(folder, place):
    for name in ("data.pkl", "model.pt"):
        line = place.fill("echo attack-was-here > @CLASS@/@MARK@; cat @CANARY_FILE@")
        (folder / name).write_bytes(pickle.dumps(Bomb(line)))
