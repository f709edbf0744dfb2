"""Answer cells were turned into raw and Markdown cells, and graded cells, too."""

from attacking import find

ANSWERS = {}
EXPECTED = {
    "wall-accuracy": "missing|unreadable|correct",
    "wall-evaluate": "missing|unreadable|correct",
}
CAUSE = "."


def edit(notebook, lesson):
    for name, kind in [
        ("answer-accuracy", "markdown"),
        ("answer-evaluate", "raw"),
        ("wall-class_weights", "raw"),
    ]:
        cell = find(notebook, name)
        cell.cell_type = kind
        for key in ("outputs", "execution_count"):
            cell.pop(key, None)
