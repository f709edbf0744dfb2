"""The size of a model is often given in MB, so bytes are counted."""


def count_parameters(module):
    return sum(p.numel() * p.element_size() for p in module.parameters() if p.requires_grad)
