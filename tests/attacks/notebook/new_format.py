"""The notebook claims a format of the future."""

EXPECTED = {}


def edit(notebook, lesson):
    notebook.nbformat_minor = 99
    notebook["surprise"] = {"more": [1, 2, 3]}
