"""Two answer cells have exchanged their grade ids: each would be probed as the other."""

from attacking import find

EXPECTED = {
    "wall-accuracy": "correct|wrong|error|missing",
    "wall-class_weights": "correct|wrong|error|missing",
}
CAUSE = "."


def edit(notebook, lesson):
    one, other = find(notebook, "answer-accuracy"), find(notebook, "answer-class_weights")
    one.metadata.nbgrader.grade_id = "answer-class_weights"
    other.metadata.nbgrader.grade_id = "answer-accuracy"
