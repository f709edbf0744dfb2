"""eval() is called once and for all, and thought to stop gradients (asked often in forums)."""

from torch.nn import functional as F


def evaluate(model, batches):
    model.eval()
    loss, right, count = 0.0, 0, 0
    for images, labels in batches:
        logits = model(images)
        loss += F.cross_entropy(logits, labels, reduction="sum").item()
        right += (logits.argmax(dim=1) == labels).sum().item()
        count += len(labels)
    return loss / count, right / count
