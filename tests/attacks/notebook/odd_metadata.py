"""nbgrader's metadata have the wrong types everywhere: lists, texts, numbers, nothing."""

EXPECTED = {}


def edit(notebook, lesson):
    odd = ["nbgrader", 7, [], None, {"grade_id": ["a"]}, {"grade_id": {"a": 1}, "points": "many"}]
    for number, cell in enumerate(c for c in notebook.cells if "nbgrader" not in c.metadata):
        cell.metadata["nbgrader"] = odd[number % len(odd)]
    notebook.metadata["kernelspec"] = "python3"
    notebook.metadata["language_info"] = 3
