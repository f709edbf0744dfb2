"""The answer cell is there twice, copied with its id; known to stop a whole class in nbgrader."""

import copy

from attacking import find

ANSWERS = {"wall-accuracy": "def accuracy(logits, labels):\n    return 0.5\n"}
EXPECTED = {"wall-accuracy": "wrong|unreadable"}


def edit(notebook, lesson):
    first = find(notebook, "answer-accuracy")
    notebook.cells.insert(notebook.cells.index(first), copy.deepcopy(first))
