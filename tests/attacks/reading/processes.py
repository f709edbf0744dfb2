"""Walks through /proc: memory, open files and roots of other processes."""

ANSWERS = {
    "wall-accuracy": """
import os
for entry in os.listdir("/proc"):
    if not entry.isdigit() or int(entry) == os.getpid():
        continue
    for part in ("mem", "maps", "root/etc/hostname", "cwd", "fd", "stack"):
        path = f"/proc/{entry}/{part}"
        try:
            if part == "fd":
                print("FOUND", entry, os.listdir(path))
            elif part == "cwd":
                print("FOUND", entry, os.readlink(path))
            elif part == "maps":
                print("FOUND", entry, open(path).read(50))
            else:
                print("FOUND", entry, open(path, "rb").read(50))
        except OSError:
            pass

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
FORBIDDEN = "FOUND"
