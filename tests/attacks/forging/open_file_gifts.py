"""Passes descriptors over the grader's sockets with SCM_RIGHTS, thousands of them."""

ANSWERS = {
    "wall-accuracy": """
import array, os, socket
gift = os.open("/dev/zero", os.O_RDONLY)
for number in range(3, 256):
    try:
        line = socket.socket(fileno=os.dup(number))
        line.setblocking(False)
        for _ in range(500):
            line.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [gift] * 50))])
    except OSError:
        pass

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong|unreadable|crash"}
CAUSE = "."
