"""Raises what an `except Exception` does not catch, from inside the function."""

ANSWERS = {
    "wall-accuracy": "def accuracy(logits, labels):\n    raise SystemExit(0)\n",
    "wall-evaluate": "def evaluate(model, batches):\n    raise KeyboardInterrupt\n",
    "wall-class_weights": "def class_weights(labels, num_classes):\n    raise GeneratorExit\n",
}
EXPECTED = {
    "wall-accuracy": "error",
    "wall-evaluate": "error|unreadable",
    "wall-class_weights": "error",
}
CAUSE = "."
