"""Entries named ../../../x and /absolute: a zip slip; known from zip_collect."""

from attacking import packed

PACKED = True
REFUSED_OR_CORRECT = True
REFUSED = "leads out"


def pack(notebook, place):
    return packed(
        {
            f"{place.lesson}.ipynb": notebook,
            "../../../../../../tmp/@MARK@": b"attack-was-here",
            str(place.classroom / "@MARK@"): b"attack-was-here",
            "..\\..\\@MARK@": b"attack-was-here",
            "C:\\@MARK@": b"attack-was-here",
            f"../honest/{place.lesson}/{place.lesson}.ipynb": b"{}",
        },
        place,
    )
