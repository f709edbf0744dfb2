"""Too bright is seen on the screen, too dark is not: only one side is cut."""

import torch


def unnormalise(images, mean, std):
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (mean, std))
    return (images * std + mean).clamp(max=1)
