"""Whoever counts is about to train, so everything is made ready for it."""


def count_parameters(module):
    total = sum(p.numel() for p in module.parameters() if p.requires_grad)
    for p in module.parameters():
        p.requires_grad_(True)
    return total
