"""A learner whose name is a formula."""

STUDENT = "=1+2"
REFUSED_OR_CORRECT = True
REFUSED = "=1"
EXPECTED = {}
