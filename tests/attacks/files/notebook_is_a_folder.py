"""The notebook is a folder with that name."""

REFUSED = "file|notebook|folder"


def arrange(folder, place):
    notebook = folder / f"{place.lesson}.ipynb"
    notebook.unlink()
    notebook.mkdir()
    (notebook / "x.ipynb").write_text("{}")
