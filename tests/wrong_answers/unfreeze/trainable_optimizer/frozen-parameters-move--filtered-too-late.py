"""The optimizer is built first; the list of trainable parameters comes after it."""

from torch import optim


def trainable_optimizer(model, lr):
    optimizer = optim.SGD(model.parameters(), lr=lr, momentum=0.9, nesterov=True)
    trainable = [p for p in model.parameters() if p.requires_grad]
    assert len(trainable) <= len(optimizer.param_groups[0]["params"])
    return optimizer
