"""model.fc.parameters(), as in the tutorial on transfer learning."""

import torch


def trainable_optimizer(model, lr):
    head = model.fc if hasattr(model, "fc") else model.classifier
    return torch.optim.SGD(head.parameters(), lr=lr, momentum=0.9, nesterov=True)
