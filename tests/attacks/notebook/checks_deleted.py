"""Deletes every graded cell: what was wrong stays wrong, what was right stays right."""

from attacking import find

ANSWERS = {"wall-accuracy": "def accuracy(logits, labels):\n    return 0.5\n"}
EXPECTED = {"wall-accuracy": "wrong"}


def edit(notebook, lesson):
    notebook.cells = [
        c for c in notebook.cells if c not in [find(notebook, n) for n in lesson.points]
    ]
