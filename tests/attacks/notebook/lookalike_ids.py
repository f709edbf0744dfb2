"""Grade ids that look the same and are not: Cyrillic letters, zero-width spaces, capitals."""

import copy

from attacking import find

EXPECTED = {}


def edit(notebook, lesson):
    odd = [
        "answer-\u0430ccuracy",
        "answer-accuracy\u200b",
        "Answer-Accuracy",
        " answer-accuracy",
        "../../answer-accuracy",
        "answer-accuracy\n",
        "\u202eycarucca-rewsna",
    ]
    for name in odd:
        cell = copy.deepcopy(find(notebook, "answer-accuracy"))
        cell.metadata.nbgrader.grade_id = name
        cell.source = "def accuracy(logits, labels):\n    return 0.5\n"
        notebook.cells.append(cell)
