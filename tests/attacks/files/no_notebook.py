"""The folder holds everything but the notebook."""

REFUSED = "notebook"


def arrange(folder, place):
    (folder / f"{place.lesson}.ipynb").unlink()
    (folder / "readme.txt").write_text("please grade this")
