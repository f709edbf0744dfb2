"""Parts of a network: its head, its stages, and the network as a plain chain."""

from __future__ import annotations

import copy
from collections.abc import Iterable

import torch
from torch import nn
from torchvision import models as torchvision_models

from helpers.models.config import config_of
from helpers.models.lite0 import Lite0

Link = tuple[str, nn.Module]
_ORIGINAL = "_came_with_the_backbone"


def freeze_backbone(model: nn.Module) -> nn.Module:
    """Freeze everything but the head, in place, and put the model in eval mode.

    The head is `model.config.head`, or what has been put in its place. Returns the model.
    """
    head = head_name(model)
    model.requires_grad_(False)
    model.get_submodule(head).requires_grad_(True)
    return model.eval()


def head_name(model: nn.Module) -> str:
    """Dotted name of the part that is new: the head, or what replaced the container of the head.

    For an EfficientNet the last linear layer is `classifier.1`; after
    `model.classifier = MyHead(...)` it is `classifier`.
    """
    name = config_of(model).head
    parent = name.rpartition(".")[0]
    while parent:
        if not hasattr(model.get_submodule(parent), _ORIGINAL):
            name = parent
        parent = parent.rpartition(".")[0]
    return name


def mark_original(model: nn.Module, head: str) -> None:
    """Mark the containers around the head, so that `head_name` sees when one is replaced."""
    parent = head.rpartition(".")[0]
    while parent:
        model.get_submodule(parent).__dict__[_ORIGINAL] = True
        parent = parent.rpartition(".")[0]


class Rectify(nn.Module):
    """A ReLU on a copy: what `torch.nn.functional.relu` does between two parts of a DenseNet."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x)


def _flatten() -> nn.Module:
    return nn.Flatten(1)


def _prefixed(prefix: str, children: Iterable[tuple[str, nn.Module]]) -> list[Link]:
    return [(f"{prefix}.{name}", child) for name, child in children]


def _named(model: nn.Module, *names: str) -> list[Link]:
    return [(name, model.get_submodule(name)) for name in names]


def _opened(model: nn.Module, name: str) -> list[Link]:
    """The children of one part; the part itself where it is not a plain Sequential."""
    part = model.get_submodule(name)
    if type(part) is nn.Sequential:
        return _prefixed(name, part.named_children())
    return [(name, part)]


def chain(model: nn.Module) -> list[Link]:
    """The model as a list of (dotted name, module) whose composition is the model itself.

    What a forward method does between its children (a ReLU, a pooling, a flatten) appears as a
    module of its own, with a name in angle brackets. Modules are shared with the model, not
    copied. A model of an unknown family comes as two links: everything before the head, the head.
    """
    if isinstance(model, Lite0 | torchvision_models.ResNet):
        *body, fc = [name for name, _ in model.named_children()]
        return [*_named(model, *body), ("<flatten>", _flatten()), *_named(model, fc)]
    if isinstance(model, torchvision_models.DenseNet):
        glue = [("<relu>", Rectify()), ("<avgpool>", nn.AdaptiveAvgPool2d(1))]
        return [*_opened(model, "features"), *_pooled(model, glue)]
    if isinstance(model, torchvision_models.MobileNetV2):
        return [
            *_opened(model, "features"),
            *_pooled(model, [("<avgpool>", nn.AdaptiveAvgPool2d(1))]),
        ]
    with_features = (
        torchvision_models.EfficientNet,
        torchvision_models.MobileNetV3,
        torchvision_models.VGG,
        torchvision_models.AlexNet,
    )
    if isinstance(model, with_features):
        return [*_opened(model, "features"), *_pooled(model, _named(model, "avgpool"))]
    return _two_links(model)


def _pooled(model: nn.Module, pooling: list[Link]) -> list[Link]:
    return [*pooling, ("<flatten>", _flatten()), *_opened(model, "classifier")]


def _two_links(model: nn.Module) -> list[Link]:
    head = head_name(model)
    return [("<body>", _without(model, head.split("."))), (head, model.get_submodule(head))]


def _without(module: nn.Module, path: list[str]) -> nn.Module:
    """A shallow copy that shares every part with the original, but has no head."""
    clone = copy.copy(module)
    clone._modules = dict(module._modules)
    name, *rest = path
    child = module._modules[name]
    assert child is not None
    clone._modules[name] = _without(child, rest) if rest else nn.Identity()
    return clone


def stage_names(model: nn.Module) -> tuple[str, ...]:
    """Dotted names of the parts that hold parameters, input to output, without the head."""
    links = chain(model)
    if links[0][0] == "<body>":
        children = [(name, child) for name, child in model.named_children()]
        head = head_name(model).split(".")[0]
        links = [(name, child) for name, child in children if name != head]
    else:
        links = [(name, part) for name, part in links if name != head_name(model)]
    return tuple(name for name, part in links if next(part.parameters(), None) is not None)
