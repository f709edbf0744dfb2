"""nbgrader's schema versions are old, new and no numbers; known to stop a whole class."""

EXPECTED = {}


def edit(notebook, lesson):
    versions = [1, 2, 99, "three", None, [3]]
    for number, cell in enumerate(c for c in notebook.cells if "nbgrader" in c.metadata):
        cell.metadata.nbgrader.schema_version = versions[number % len(versions)]
