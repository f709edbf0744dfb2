"""The file is a picture with another name."""

REFUSED = "not text|notebook"


def edit(notebook, lesson):
    return b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
