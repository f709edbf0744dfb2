"""requires_grad is read as if it said is frozen, so it is turned round."""


def count_parameters(module):
    return sum(p.numel() for p in module.parameters() if not p.requires_grad)
