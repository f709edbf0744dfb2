"""Thirty thousand entries."""

from attacking import packed

PACKED = True
REFUSED = "files|entries|many"


def pack(notebook, place):
    entries = {f"d/{number}.txt": b"" for number in range(30_000)}
    return packed({f"{place.lesson}.ipynb": notebook, **entries}, place)
