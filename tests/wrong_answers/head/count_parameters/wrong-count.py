"""A shape is a tuple of numbers, and sum is what one does with numbers."""


def count_parameters(module):
    return sum(sum(p.shape) for p in module.parameters() if p.requires_grad)
