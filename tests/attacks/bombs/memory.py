"""Takes memory until something gives: lists, tensors, anonymous files."""

ANSWERS = {
    "wall-accuracy": "kept = []\nwhile True:\n    kept.append(bytearray(50_000_000))\n",
    "wall-class_weights": """
import torch

def class_weights(labels, num_classes):
    kept = []
    while True:
        kept.append(torch.ones(20_000_000))
""",
}
EXPECTED = {"wall-accuracy": "memory|error|crash", "wall-class_weights": "memory|error|crash"}
CAUSE = "memory|Memory"
