"""Asks for input, and reads a pipe that nobody writes to."""

ANSWERS = {
    "wall-accuracy": "name = input('Your name: ')\n\ndef accuracy(logits, labels):\n    return 0.5\n"
}
EXPECTED = {"wall-accuracy": "wrong|error"}
CAUSE = "."
