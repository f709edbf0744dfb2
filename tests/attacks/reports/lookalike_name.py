"""A learner whose name looks like another's: a zero-width space and a right-to-left mark in it."""

STUDENT = "hon\u200best\u202e"
ANSWERS = {"wall-accuracy": "def accuracy(logits, labels):\n    return 0.5\n"}
EXPECTED = {"wall-accuracy": "wrong"}
REFUSED_OR_CORRECT = True
REFUSED = "hide how it reads"
