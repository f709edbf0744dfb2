"""Returns results that are too large and too deep to write down."""

ANSWERS = {
    "wall-accuracy": """
def accuracy(logits, labels):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    return deep
""",
    "wall-class_weights": """
def class_weights(labels, num_classes):
    return torch.zeros(1, dtype=torch.float32).expand(10_000_000_000)
""",
}
EXPECTED = {
    "wall-accuracy": "wrong|error|unreadable|crash",
    "wall-class_weights": "wrong|error|unreadable|memory|crash",
}
