"""A not too many."""


def count_parameters(module):
    return sum(p.numel() for p in module.parameters() if not p.requires_grad)
