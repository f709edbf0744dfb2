"""The channels are looked for in the second dimension only."""

import torch


def unnormalise(images, mean, std):
    result = torch.empty_like(images)
    for channel in range(3):
        result[:, channel, :, :] = images[:, channel, :, :] * std[channel] + mean[channel]
    return result.clamp(0, 1)
