"""Defines a check of its own in a cell at the beginning and in the answer."""

from attacking import code

ANSWERS = {
    "wall-accuracy": "check = lambda *a, **k: None\n\ndef accuracy(logits, labels):\n    return 0.5\n"
}
EXPECTED = {"wall-accuracy": "wrong"}


def edit(notebook, lesson):
    notebook.cells.insert(2, code("def check(exercise, answer):\n    print('Correct')"))
    notebook.cells.insert(0, code("import helpers.checks\nhelpers.checks.check = print"))
