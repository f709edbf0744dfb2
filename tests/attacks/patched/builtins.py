"""Replaces builtins that a checker leans on: isinstance, type, abs, len, sorted, open."""

ANSWERS = {
    "wall-accuracy": """
import builtins
builtins.isinstance = lambda *arguments: True
builtins.abs = lambda number: 0
builtins.len = lambda things: 1
builtins.all = builtins.any = lambda things: True

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong|error|crash|unreadable"}
