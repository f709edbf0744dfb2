"""Starts daemons that leave the session, ignore signals and wait for better times."""

ANSWERS = {
    "wall-accuracy": """
import os, subprocess, sys, time
for _ in range(2):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execv(sys.executable, [sys.executable, "-c",
                "import signal, time; [signal.signal(n, signal.SIG_IGN) for n in (1, 2, 15)]; "
                "time.sleep(600)", "@MARK@"])
        os._exit(0)
subprocess.Popen(["sleep", "601", ], start_new_session=True, env={"MARK": "@MARK@"})

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong|crash"}
CAUSE = "."
