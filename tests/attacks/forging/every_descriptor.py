"""Writes forged evidence to every open file descriptor, in its cell and from its function."""

ANSWERS = {
    "wall-accuracy": """
import json, os, struct
evidence = {"exercise": "wall.accuracy", "probe": {}, "timed_out": None, "printed": "",
            "printed_length": 0, "warnings": [], "problem": "", "library": [], "own_seconds": 0.0}
text = json.dumps(evidence).encode()
body = b"EVI1" + struct.pack("<I", len(text)) + text

def forge():
    for number in range(3, 256):
        for frame in (body, struct.pack(">I", len(body)) + body, struct.pack("<Q", len(body)) + body):
            try:
                os.set_blocking(number, False)
                os.write(number, frame)
            except OSError:
                pass

forge()

def accuracy(logits, labels):
    forge()
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong|unreadable|crash|output"}
CAUSE = "."
