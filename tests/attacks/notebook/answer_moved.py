"""The answers are in another order, below everything else; right is right."""

from attacking import find

EXPECTED = {}


def edit(notebook, lesson):
    names = ["answer-class_weights", "answer-evaluate", "answer-accuracy"]
    moved = [find(notebook, name) for name in names]
    notebook.cells = [cell for cell in notebook.cells if cell not in moved] + moved
