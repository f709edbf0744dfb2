"""Starts threads without end."""

ANSWERS = {
    "wall-accuracy": """
import threading, time
while True:
    threading.Thread(target=time.sleep, args=(1000,)).start()
"""
}
EXPECTED = {"wall-accuracy": "error|crash|memory|timeout"}
CAUSE = "."
