"""Tags the graded cells so that they are not executed; known from nbgrader, which pays in full."""

from attacking import find

ANSWERS = {"wall-accuracy": "def accuracy(logits, labels):\n    return 0.5\n"}
EXPECTED = {"wall-accuracy": "wrong"}


def edit(notebook, lesson):
    for name in lesson.points:
        find(notebook, name).metadata.tags = ["skip-execution", "raises-exception"]
