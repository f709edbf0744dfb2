"""Entries with escapes, newlines, right-to-left marks, and the name of a device."""

from attacking import packed

PACKED = True
REFUSED_OR_CORRECT = True
REFUSED = "name"


def pack(notebook, place):
    odd = [
        "a\nb",
        "\x1b[2Jx",
        "\u202egnp.exe",
        "NUL",
        "con.txt",
        "<b>",
        "a" * 300,
        "x/" * 200 + "x",
    ]
    return packed({f"{place.lesson}.ipynb": notebook} | {name: b"x" for name in odd}, place)
