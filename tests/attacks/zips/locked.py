"""An entry that is marked as encrypted."""

from attacking import packed

PACKED = True
REFUSED = "password|encrypted|locked"


def pack(notebook, place):
    data = bytearray(packed({f"{place.lesson}.ipynb": notebook}, place))
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(signature) + offset] |= 1
    return bytes(data)
