"""What went in lay between 0 and 1, so what comes out is thought to lie there too."""

import torch


def unnormalise(images, mean, std):
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (mean, std))
    return images * std + mean
