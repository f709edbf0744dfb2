"""Stops itself with SIGSTOP: no processor time passes, only the clock does."""

ANSWERS = {"wall-accuracy": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\n"}
EXPECTED = {"wall-accuracy": "timeout"}
CAUSE = "second"
