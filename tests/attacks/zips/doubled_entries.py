"""Two entries with one name, and two that differ in capitals only."""

from attacking import packed_list

PACKED = True
REFUSED_OR_CORRECT = True
REFUSED = "twice|two|several|same"


def pack(notebook, place):
    name = f"{place.lesson}.ipynb"
    return packed_list([(name, notebook), (name, b"{}"), (name.upper(), b"{}")])
