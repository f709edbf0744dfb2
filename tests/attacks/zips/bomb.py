"""Two gigabytes of zeros that take two megabytes."""

import io
import zipfile

PACKED = True
REFUSED = "large|MB|bytes"


def pack(notebook, place):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(f"{place.lesson}.ipynb", notebook)
        with archive.open("zeros.bin", "w", force_zip64=True) as entry:
            for _ in range(512):
                entry.write(bytes(2**22))
    return file.getvalue()
