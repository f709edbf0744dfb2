"""An endless loop that swallows every exception, the check's own alarm too."""

ANSWERS = {
    "wall-accuracy": """
def accuracy(logits, labels):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""
}
EXPECTED = {"wall-accuracy": "timeout"}
CAUSE = "second"
