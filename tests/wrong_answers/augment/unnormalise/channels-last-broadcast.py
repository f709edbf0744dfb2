"""A tensor of three numbers lines up with the last dimension, which is the width."""

import torch


def unnormalise(images, mean, std):
    return (images * torch.tensor(std) + torch.tensor(mean)).clamp(0, 1)
