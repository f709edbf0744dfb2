"""squeeze() before the picture is shown: a batch of one loses its dimension."""

import torch


def unnormalise(images, mean, std):
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (mean, std))
    return (images * std + mean).squeeze().clamp(0, 1)
