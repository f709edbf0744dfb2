"""modules() and parameters() both go all the way down, which is not expected of both."""


def count_parameters(module):
    return sum(p.numel() for m in module.modules() for p in m.parameters() if p.requires_grad)
