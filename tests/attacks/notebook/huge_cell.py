"""One answer is 12 MB of code."""

ANSWERS = {
    "wall-accuracy": "def accuracy(logits, labels):\n    return 0.5\n" + "# long\n" * 1_700_000
}
EXPECTED = {"wall-accuracy": "wrong|unreadable"}
CAUSE = "."
REFUSED_OR_CORRECT = True
REFUSED = "larger than|MB"
