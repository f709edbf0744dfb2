"""A zip with nothing in it."""

from attacking import packed

PACKED = True
REFUSED = "notebook|empty"


def pack(notebook, place):
    return packed({}, place)
