"""A learner whose name is an option of a command, with a line break in it."""

STUDENT = "--force\n--help"
REFUSED_OR_CORRECT = True
REFUSED = "--force"
EXPECTED = {}
