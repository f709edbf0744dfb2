"""An endless loop at the top of the answer."""

ANSWERS = {"wall-accuracy": "while True:\n    pass\n"}
EXPECTED = {"wall-accuracy": "timeout"}
CAUSE = "second"
