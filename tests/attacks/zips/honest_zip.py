"""No attack: a right submission in a zip made on a Mac, with its rubbish beside the notebook."""

from attacking import packed

PACKED = True
EXPECTED = {}


def pack(notebook, place):
    folder = place.lesson
    return packed(
        {
            f"{folder}/": b"",
            f"{folder}/{place.lesson}.ipynb": notebook,
            f"__MACOSX/{folder}/._{place.lesson}.ipynb": b"\x00\x05\x16\x07",
            f"{folder}/.DS_Store": b"\x00\x00\x00\x01Bud1",
            f"{folder}/.ipynb_checkpoints/{place.lesson}-checkpoint.ipynb": b"{}",
        },
        place,
    )
