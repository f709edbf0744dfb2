"""Adds up the state dict, as a size of a checkpoint: buffers and frozen weights are in it, too."""


def count_parameters(module):
    return sum(value.numel() for value in module.state_dict().values())
