"""Names, messages and prints with terminal escapes that would clear the instructor's screen."""

ANSWERS = {
    "wall-accuracy": """
print("\\x1b[2J\\x1b]0;pwned\\x07\\x9b2J")

def accuracy(logits, labels):
    raise ValueError("\\x1b[2J\\x1b[31m\\x1b]8;;http://example.invalid\\x07click\\x00\\x08")
"""
}
EXPECTED = {"wall-accuracy": "error"}
CAUSE = "ValueError"
NO_ESCAPES = True
