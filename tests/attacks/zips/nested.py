"""The notebook lies in a zip in a zip in a zip, with a bomb beside it at the bottom."""

from attacking import packed

PACKED = True
REFUSED = "zip|notebook"


def pack(notebook, place):
    inner = packed({f"{place.lesson}.ipynb": notebook}, place)
    for number in range(3):
        inner = packed({f"inner{number}.zip": inner}, place)
    return inner
