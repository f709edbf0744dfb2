"""Buffers are in a checkpoint as well, so they are added."""


def count_parameters(module):
    return sum(p.numel() for p in module.parameters() if p.requires_grad) + sum(
        b.numel() for b in module.buffers()
    )
