"""Replaces itself with another program by exec."""

ANSWERS = {
    "wall-accuracy": """
import os
os.execv("/bin/sh", ["sh", "-c", "for i in 3 4 5 6 7 8 9; do echo forged >&$i; done 2>/dev/null"])
"""
}
EXPECTED = {"wall-accuracy": "crash|unreadable"}
CAUSE = "."
