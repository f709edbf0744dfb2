"""Returns what the optimizer would be built from."""


def trainable_optimizer(model, lr):
    return [p for p in model.parameters() if p.requires_grad]
