"""Entries that are symlinks, out of the folder and into a chain."""

import stat

from attacking import packed

PACKED = True
REFUSED_OR_CORRECT = True
REFUSED = "link"


def pack(notebook, place):
    link = (stat.S_IFLNK | 0o777) << 16
    entries = {"way": str(place.classroom).encode(), "x": b"way", "x/gradebook.db": b"mine"}
    return packed(
        {f"{place.lesson}.ipynb": notebook, **entries}, place, attributes={"way": link, "x": link}
    )
