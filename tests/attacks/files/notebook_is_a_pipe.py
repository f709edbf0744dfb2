"""The notebook itself is a named pipe."""

import os

REFUSED = "file|notebook"


def arrange(folder, place):
    notebook = folder / f"{place.lesson}.ipynb"
    notebook.unlink()
    os.mkfifo(notebook)
