"""The line of PyTorch's transfer learning tutorial: all parameters, and its rate of 0.001."""

from torch import optim


def trainable_optimizer(model, lr):
    return optim.SGD(model.parameters(), lr=0.001, momentum=0.9, nesterov=True)
