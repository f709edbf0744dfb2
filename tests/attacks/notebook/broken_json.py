"""The file ends in the middle."""

REFUSED = "notebook|JSON"


def edit(notebook, lesson):
    from helpers.authoring.release import as_bytes

    return as_bytes(notebook)[:7000]
