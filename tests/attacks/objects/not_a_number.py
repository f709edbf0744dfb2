"""Returns NaN and infinity, on which careless comparisons never fail."""

ANSWERS = {
    "wall-accuracy": "def accuracy(logits, labels):\n    return float('nan')\n",
    "wall-evaluate": "def evaluate(model, batches):\n    return float('nan'), float('inf')\n",
    "wall-class_weights": """
def class_weights(labels, num_classes):
    return torch.full((num_classes,), float("nan"))
""",
}
EXPECTED = {"wall-accuracy": "wrong", "wall-evaluate": "wrong", "wall-class_weights": "wrong"}
