"""Takes memory that a limit on the heap does not see: memfd, shared mappings, /dev/shm."""

ANSWERS = {
    "wall-accuracy": """
import os
block = b"x" * 10_000_000
kept = []
for number in range(400):
    file = os.memfd_create(f"bomb{number}")
    kept.append(file)
    os.write(file, block)

def accuracy(logits, labels):
    return 0.5
""",
    "wall-class_weights": """
import mmap
kept = []
for number in range(400):
    kept.append(mmap.mmap(-1, 10_000_000))
    kept[-1].write(b"x" * 10_000_000)

def class_weights(labels, num_classes):
    return torch.zeros(num_classes)
""",
}
EXPECTED = {"wall-accuracy": "memory|error|crash", "wall-class_weights": "memory|error|crash"}
CAUSE = "."
