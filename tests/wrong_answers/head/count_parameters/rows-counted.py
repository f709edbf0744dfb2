"""shape[0] is the number of entries of a vector, and is taken for that of any weight."""


def count_parameters(module):
    return sum(p.shape[0] if p.dim() else 1 for p in module.parameters())
