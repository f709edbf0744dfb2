"""Prints a dot every now and then, to look alive to graders that time out on silence."""

ANSWERS = {
    "wall-accuracy": """
import time
while True:
    print(".", end="", flush=True)
    time.sleep(0.2)
"""
}
EXPECTED = {"wall-accuracy": "timeout"}
CAUSE = "second"
