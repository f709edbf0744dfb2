"""A loop in C, where no Python signal handler ever runs: a number of a billion digits."""

ANSWERS = {"wall-accuracy": "def accuracy(logits, labels):\n    return 7 ** 7 ** 12\n"}
EXPECTED = {"wall-accuracy": "timeout|memory|crash"}
CAUSE = "."
