"""File names with newlines, terminal escapes, no UTF-8, HTML, and 250 characters."""

import os

EXPECTED = {}
REFUSED_OR_CORRECT = True
REFUSED = "name"


def arrange(folder, place):
    odd = [
        b"a\nb.txt",
        b"\x1b[31mred.txt",
        b"\xff\xfe.txt",
        b"<img src=x onerror=alert(1)>.txt",
        b"x" * 250,
        b"-rf",
        b"$(touch attack-was-here)",
        b" .txt",
        b"...",
        b"a\\..\\b",
    ]
    for name in odd:
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:
            file.write(b"x")
