"""no_grad() alone, as in a U-Net without dropout (pytorch-unet-segmentation issue 18)."""

import torch


@torch.no_grad()
def predict(model, images):
    plain = model(images).softmax(dim=1)
    mirrored = model(images.flip(3)).softmax(dim=1)
    return (plain + mirrored) / 2
