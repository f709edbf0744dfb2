"""The answer needs a name that another of the learner's cells makes, and that one never ends."""

from attacking import code

ANSWERS = {"wall-accuracy": "def accuracy(logits, labels):\n    return constant\n"}
EXPECTED = {"wall-accuracy": "timeout"}
CAUSE = "second"


def edit(notebook, lesson):
    notebook.cells.insert(10, code("while True:\n    constant = 0.5"))
