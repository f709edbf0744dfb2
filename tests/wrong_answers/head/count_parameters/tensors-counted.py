"""len of the list of parameters reads like the number of parameters."""


def count_parameters(module):
    return len([p for p in module.parameters() if p.requires_grad])
