"""Turns the check's own alarm off and takes for ever: the room's clock has to do."""

ANSWERS = {
    "wall-accuracy": """
import signal
import helpers.checks.run as run
from contextlib import contextmanager

@contextmanager
def endless(seconds):
    yield

run._time_limit = endless
signal.setitimer = signal.alarm = lambda *arguments: (0, 0)

def accuracy(logits, labels):
    while True:
        pass
"""
}
EXPECTED = {"wall-accuracy": "timeout"}
CAUSE = "second"
