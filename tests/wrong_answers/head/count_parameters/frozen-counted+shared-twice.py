"""Walks over modules and their own parameters, and asks neither who learns nor whom it has met."""


def count_parameters(module):
    total = 0
    for part in module.modules():
        for parameter in part.parameters(recurse=False):
            total += parameter.numel()
    return total
