"""A batch is unnormalised picture by picture, a picture channel by channel."""

import torch


def unnormalise(images, mean, std):
    if images.ndim > 3:
        return torch.stack([unnormalise(image, mean, std) for image in images])
    channels = zip(images, mean, std, strict=True)
    return torch.stack([torch.clamp(c * s + m, 0, 1) for c, m, s in channels])
