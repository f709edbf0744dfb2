"""Channel by channel, in double precision, stacked again."""

import torch


def unnormalise(images, mean, std):
    channels = images.double().unbind(dim=-3)
    restored = [c * s + m for c, m, s in zip(channels, mean, std, strict=True)]
    return torch.stack(restored, dim=-3).clamp(min=0.0, max=1.0)
