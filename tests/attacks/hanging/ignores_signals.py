"""Ignores and blocks every signal it may, then sleeps for ever."""

ANSWERS = {
    "wall-accuracy": """
import signal, time
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))

def accuracy(logits, labels):
    while True:
        time.sleep(1000)
"""
}
EXPECTED = {"wall-accuracy": "timeout"}
CAUSE = "second"
