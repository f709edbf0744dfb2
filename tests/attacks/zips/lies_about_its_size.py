"""The directory says ten bytes; what comes out is 400 MB."""

import io
import zipfile

PACKED = True
REFUSED = "large|MB|bytes|damaged|zip"


def pack(notebook, place):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(f"{place.lesson}.ipynb", bytes(400_000_000))
    data = bytearray(file.getvalue())
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.index(signature) + offset
        data[at : at + 4] = (10).to_bytes(4, "little")
    return bytes(data)
