"""An answer cell was deleted."""

from attacking import find

EXPECTED = {"wall-evaluate": "missing"}
CAUSE = "cell|answer"


def edit(notebook, lesson):
    notebook.cells.remove(find(notebook, "answer-evaluate"))
