"""A file that says it is 200 GB and takes no room on the disk."""

EXPECTED = {}
REFUSED_OR_CORRECT = True
REFUSED = "large|MB"


def arrange(folder, place):
    with (folder / "data.bin").open("wb") as file:
        file.truncate(200 * 2**30)
