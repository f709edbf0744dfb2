"""The notebook is a symlink to somebody else's; known from nbgrader, which follows it."""

REFUSED = "link"


def arrange(folder, place):
    notebook = folder / f"{place.lesson}.ipynb"
    notebook.unlink()
    notebook.symlink_to(place.submitted / "honest" / place.lesson / notebook.name)
