"""Opens files and sockets until there are none left."""

ANSWERS = {
    "wall-accuracy": """
import socket
kept = []
while True:
    kept.append(socket.socketpair())
"""
}
EXPECTED = {"wall-accuracy": "error|crash|memory"}
CAUSE = "."
