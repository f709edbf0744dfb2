"""A zip that ends in the middle, as after an upload that broke off."""

from attacking import packed

PACKED = True
REFUSED = "zip"


def pack(notebook, place):
    whole = packed({f"{place.lesson}.ipynb": notebook}, place)
    return whole[: len(whole) // 2]
