"""How many tensors."""


def count_parameters(module):
    return len([p for p in module.parameters() if p.requires_grad])
