"""A text with the name of a zip."""

PACKED = True
REFUSED = "zip"


def pack(notebook, place):
    return b"this is no zip\n" * 100
