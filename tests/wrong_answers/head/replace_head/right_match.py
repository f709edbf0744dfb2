"""A case for each kind of network; a setting of its own."""

from collections import OrderedDict
from itertools import takewhile

from torch import nn


def replace_head(network, new_head, *, name="head"):
    match type(network).__name__:
        case "DenseNet":
            parts = {"features": network.features, "relu": nn.ReLU(inplace=True)}
        case "EfficientNet":
            parts = {"features": network.features}
        case _:
            before = takewhile(lambda pair: pair[0] != "avgpool", network.named_children())
            parts = dict(before)
    return nn.Sequential(OrderedDict({**parts, name: new_head}))
