"""A notebook of 50 GB of nothing."""

REFUSED = "large|MB"


def arrange(folder, place):
    with (folder / f"{place.lesson}.ipynb").open("wb") as file:
        file.truncate(50 * 2**30)
