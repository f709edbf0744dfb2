"""Ends its process while the cell runs: exit, quit and SystemExit."""

ANSWERS = {
    "wall-accuracy": "import sys\nsys.exit(0)\n\ndef accuracy(logits, labels):\n    return 0.5\n",
    "wall-evaluate": "exit()\n\ndef evaluate(model, batches):\n    return 0.0, 1.0\n",
    "wall-class_weights": "raise SystemExit\n",
}
EXPECTED = {
    "wall-accuracy": "error|crash",
    "wall-evaluate": "error|crash",
    "wall-class_weights": "error|crash",
}
CAUSE = "."
