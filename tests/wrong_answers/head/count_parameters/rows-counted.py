"""len of a weight is its first dimension."""


def count_parameters(module):
    return sum(p.shape[0] if p.dim() else 1 for p in module.parameters())
