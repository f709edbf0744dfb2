"""Returns an object whose __reduce__ runs a command for whoever pickles and unpickles it."""

ANSWERS = {
    "wall-accuracy": """
import os

class Bomb:
    def __reduce__(self):
        return os.system, ("echo attack-was-here > @CLASS@/@MARK@; cp @CANARY_FILE@ /tmp/@MARK@",)

def accuracy(logits, labels):
    return Bomb()
"""
}
EXPECTED = {"wall-accuracy": "wrong|error"}
