"""The whole state dict."""


def count_parameters(module):
    return sum(value.numel() for value in module.state_dict().values())
