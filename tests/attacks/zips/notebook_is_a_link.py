"""The notebook in the zip is a symlink to a file of the grader."""

import stat

from attacking import packed

PACKED = True
REFUSED = "link|notebook"


def pack(notebook, place):
    name = f"{place.lesson}.ipynb"
    target = str(place.submitted / "honest" / place.lesson / name).encode()
    return packed({name: target}, place, attributes={name: (stat.S_IFLNK | 0o777) << 16})
