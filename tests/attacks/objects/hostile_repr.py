"""Returns an object that hangs, shouts and raises wherever it is shown, compared or deleted."""

ANSWERS = {
    "wall-accuracy": """
class Nasty:
    def __repr__(self):
        raise SystemExit("repr")
    def __str__(self):
        raise KeyboardInterrupt
    def __float__(self):
        raise GeneratorExit
    def __del__(self):
        raise MemoryError("deleted")
    def __getattribute__(self, name):
        raise SystemExit(name)

def accuracy(logits, labels):
    return Nasty()
"""
}
EXPECTED = {"wall-accuracy": "wrong|error|unreadable"}
