"""Cell ids are gone, doubled, numbers and very long."""

EXPECTED = {}


def edit(notebook, lesson):
    for number, cell in enumerate(notebook.cells):
        cell["id"] = ["same", "", 7, "x" * 10_000, None][number % 5]
