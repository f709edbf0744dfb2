"""The file is in UTF-16 with a mark in front, as some editors save it."""

REFUSED_OR_CORRECT = True
REFUSED = "notebook|UTF"


def edit(notebook, lesson):
    import nbformat

    return nbformat.writes(notebook, version=4).encode("utf-16")
