"""Turns graded cells into ungraded ones, and hands itself a hundred points."""

from attacking import find

ANSWERS = {"wall-accuracy": "def accuracy(logits, labels):\n    return 0.5\n"}
EXPECTED = {"wall-accuracy": "wrong"}


def edit(notebook, lesson):
    for name in lesson.points:
        find(notebook, name).metadata.nbgrader.update(grade=False, locked=False, points=100)
    find(notebook, "wall-evaluate").metadata.nbgrader.update(grade=True, points=1000)
