"""Harm in cells between the answers, which nobody grades and which may be needed by none."""

from attacking import code

EXPECTED = {}


def edit(notebook, lesson):
    harm = ["import os; os._exit(1)", "while True: pass", "raise ValueError", "exit()"]
    for number, text in enumerate(harm):
        notebook.cells.insert(15 + 3 * number, code(text))
