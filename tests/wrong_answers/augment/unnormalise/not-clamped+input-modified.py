"""mul_ and add_ as in a well-known forum answer, with std and mean made to line up."""

import torch


def unnormalise(images, mean, std):
    mean, std = (torch.tensor(values)[:, None, None] for values in (mean, std))
    return images.mul_(std).add_(mean)
