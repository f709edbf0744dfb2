"""Returns an object that says float and tensor when it is asked for its class."""

ANSWERS = {
    "wall-accuracy": """
class Liar:
    __class__ = float
    def __eq__(self, other): return True
    def __float__(self): return 1.0

def accuracy(logits, labels):
    return Liar()
"""
}
EXPECTED = {"wall-accuracy": "wrong|error"}
