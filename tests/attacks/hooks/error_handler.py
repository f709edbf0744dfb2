"""Swallows every error of later cells with a custom exception handler."""

ANSWERS = {
    "wall-accuracy": """
import sys
get_ipython().set_custom_exc((BaseException,), lambda *arguments: None)
sys.excepthook = lambda *arguments: None

def accuracy(logits, labels):
    raise ValueError("nobody will see this")
"""
}
EXPECTED = {"wall-accuracy": "error"}
CAUSE = "ValueError"
