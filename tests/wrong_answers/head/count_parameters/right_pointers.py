"""Sizes by the place in memory, so that shared weights count once (bigscience, pull request 40)."""


def count_parameters(module):
    learn = filter(lambda p: p.requires_grad, module.parameters())
    return sum({p.data_ptr(): p.numel() for p in learn}.values())
