"""Papers give parameters in millions."""


def count_parameters(module):
    return sum(p.numel() for p in module.parameters() if p.requires_grad) / 1e6
