"""Every cell is there three times: the whole notebook was pasted into itself."""

import copy

EXPECTED = {}


def edit(notebook, lesson):
    notebook.cells = [copy.deepcopy(cell) for _ in range(3) for cell in notebook.cells]
