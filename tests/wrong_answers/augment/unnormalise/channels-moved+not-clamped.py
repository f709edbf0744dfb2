"""For matplotlib, which wants the channels last and clips by itself, with a warning."""

import torch


def unnormalise(images, mean, std):
    return images.movedim(-3, -1) * torch.tensor(std) + torch.tensor(mean)
