"""An entry that would replace another learner's submission; known from zip_collect."""

from attacking import packed

PACKED = True
ANSWERS = {"wall-accuracy": "def accuracy(logits, labels):\n    return 0.5\n"}
EXPECTED = {"wall-accuracy": "wrong"}
REFUSED_OR_CORRECT = True
REFUSED = "path|name|outside|notebook|two|several"


def pack(notebook, place):
    return packed(
        {
            f"{place.lesson}.ipynb": notebook,
            f"honest/{place.lesson}/{place.lesson}.ipynb": b"{}",
            f"honest_{place.lesson}.ipynb": b"{}",
        },
        place,
    )
