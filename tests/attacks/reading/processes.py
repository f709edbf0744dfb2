"""Walks through /proc: memory, open files and roots of other processes."""

ANSWERS = {
    "wall-accuracy": """
import os
for entry in os.listdir("/proc"):
    if not entry.isdigit() or int(entry) == os.getpid():
        continue
    for part in ("mem", "maps", "environ", "root/etc/hostname", "auxv", "fd/0", "fd/3", "fd/4", "fd/5"):
        try:
            print("FOUND", entry, part, open(f"/proc/{entry}/{part}", "rb").read(50))
        except OSError:
            pass
    for part in ("cwd", "exe", "root", "fd/3", "fd/4", "fd/5", "ns/user"):
        try:
            print("FOUND", entry, part, os.readlink(f"/proc/{entry}/{part}"))
        except OSError:
            pass

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
FORBIDDEN = "FOUND"
