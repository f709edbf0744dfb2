"""The optimizer is made at the top of the script, as usual, before anybody filters."""

from torch import optim


def trainable_optimizer(model, lr):
    optimizer = optim.SGD(model.parameters(), lr=lr, momentum=0.9, nesterov=True)
    trainable = [p for p in model.parameters() if p.requires_grad]
    assert len(trainable) <= len(optimizer.param_groups[0]["params"])
    return optimizer
