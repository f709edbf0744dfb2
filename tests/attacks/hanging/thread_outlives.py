"""Starts threads that never end and an atexit hook and a finaliser that never return."""

ANSWERS = {
    "wall-accuracy": """
import atexit, threading, time

def for_ever():
    while True:
        time.sleep(0.01)

class Last:
    def __del__(self):
        for_ever()

atexit.register(for_ever)
for _ in range(3):
    threading.Thread(target=for_ever, daemon=False).start()
last = Last()

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
