"""A network takes four dimensions, so the three numbers are given four as well."""

import torch


def unnormalise(images, mean, std):
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (mean, std))
    return (images * std + mean).clamp(0, 1)
