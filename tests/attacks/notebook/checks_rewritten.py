"""Replaces the graded cells by `pass`, by a number that becomes the grade, by another check."""

from attacking import find

ANSWERS = {
    "wall-accuracy": "def accuracy(logits, labels):\n    return 0.5\n",
    "wall-class_weights": "def class_weights(labels, num_classes):\n    return torch.ones(3)\n",
}
EXPECTED = {"wall-accuracy": "wrong", "wall-class_weights": "wrong"}


def edit(notebook, lesson):
    find(notebook, "wall-accuracy").source = "pass"
    find(notebook, "wall-evaluate").source = "4.0"
    find(notebook, "wall-class_weights").source = 'check("wall.accuracy", accuracy)'
