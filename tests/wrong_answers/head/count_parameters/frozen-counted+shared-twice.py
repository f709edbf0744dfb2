"""A walk by hand, as over folders, where nothing is frozen and nothing met twice."""


def count_parameters(module):
    total = 0
    for part in module.modules():
        for parameter in part.parameters(recurse=False):
            total += parameter.numel()
    return total
