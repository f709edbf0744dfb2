"""Tiny networks of the families of the lesson, built without weights and filled from a seed."""

import numpy as np
import torch
from torch import nn
from torchvision.models import DenseNet, EfficientNet, ResNet
from torchvision.models.efficientnet import MBConvConfig
from torchvision.models.resnet import BasicBlock
from torchvision.ops import Conv2dNormActivation

from helpers.checks.networks import fill
from helpers.models.lite0 import Lite0

CLASSES, SIDES = 5, (32, 48)
FAMILIES = ("ResNet", "lite0", "DenseNet", "EfficientNet")


def tiny(family: str, rng: np.random.Generator) -> nn.Module:
    """A network [B, 3, 32, 48] -> [B, 5] in evaluation mode, float64."""
    makers = {"ResNet": _resnet, "lite0": _lite0, "DenseNet": _densenet}
    model = makers.get(family, _efficientnet)()
    fill(model, rng)
    return model.eval()


def head_parts(model: nn.Module) -> list[nn.Parameter]:
    """The parameters of the old last layer."""
    return list(model.get_submodule("fc" if hasattr(model, "fc") else "classifier").parameters())


def maps_of(model: nn.Module, images: torch.Tensor, rectified: bool = True) -> torch.Tensor:
    """The feature maps before any pooling; DenseNet's with or without its ReLU."""
    with torch.no_grad():
        if hasattr(model, "features"):
            maps: torch.Tensor = model.get_submodule("features")(images)
            return torch.relu(maps) if isinstance(model, DenseNet) and rectified else maps
        for name, part in model.named_children():
            if name == "avgpool":
                break
            images = part(images)
        return images


def _resnet() -> nn.Module:
    with torch.device("meta"):  # every part with numbers is replaced by a smaller one
        model = ResNet(BasicBlock, [1, 1, 1, 1], num_classes=CLASSES)
    model.conv1 = nn.Conv2d(3, 6, 7, stride=2, padding=3, bias=False)
    model.bn1 = nn.BatchNorm2d(6)
    for number in range(1, 5):
        setattr(model, f"layer{number}", nn.Sequential(BasicBlock(6, 6)))
    model.fc = nn.Linear(6, CLASSES)
    return model


def _lite0() -> nn.Module:
    parts: dict[str, nn.Module] = {
        "conv1": nn.Conv2d(3, 6, 3, stride=4, padding=1, bias=False),
        "bn1": nn.BatchNorm2d(6),
        "act1": nn.ReLU6(),
        "avgpool": nn.AdaptiveAvgPool2d(1),
        "fc": nn.Linear(6, CLASSES),
    }
    for number in range(1, 5):
        parts[f"layer{number}"] = Conv2dNormActivation(
            6, 6, 3, 2 if number == 1 else 1, activation_layer=nn.ReLU6
        )
    return Lite0(parts)


def _densenet() -> nn.Module:
    return DenseNet(
        growth_rate=4, block_config=(1, 2), num_init_features=6, bn_size=2, num_classes=CLASSES
    )


def _efficientnet() -> nn.Module:
    blocks = [MBConvConfig(1, 3, 1, 8, 8, 1, 1.0, 1.0), MBConvConfig(2, 3, 2, 8, 8, 1, 1.0, 1.0)]
    return EfficientNet(
        blocks, dropout=0.2, stochastic_depth_prob=0.0, num_classes=CLASSES, last_channel=9
    )
