"""What a backbone knows about itself."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from helpers.errors import CourseError


@dataclass(frozen=True)
class Config:
    """What a model expects of its input, and how it is put together.

    Attributes:
        name: the name that `backbone` knows it by.
        size: side of the square input, in pixels.
        mean, std: per channel, of inputs in [0, 1].
        width: number of features that reach the head.
        stages: dotted names of the parts that hold parameters, from input to output, without the
            head.
        head: dotted name of the last linear layer.
    """

    name: str
    size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    width: int
    stages: tuple[str, ...]
    head: str


def attach(model: nn.Module, config: Config) -> nn.Module:
    """Hang the configuration on the model as `model.config` (kept by copy and by pickle)."""
    model.__dict__["config"] = config
    return model


def config_of(model: nn.Module) -> Config:
    """The model's configuration.

    Raises:
        CourseError: the model does not come from `models.backbone`.
    """
    config = getattr(model, "config", None)
    if not isinstance(config, Config):
        raise CourseError(
            f"{type(model).__name__} has no .config: build the model with models.backbone(name)."
        )
    return config
