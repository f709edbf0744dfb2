"""A tutorial's line pasted whole: all parameters, and its rate."""

from torch import optim


def trainable_optimizer(model, lr):
    return optim.SGD(model.parameters(), lr=0.001, momentum=0.9, nesterov=True)
