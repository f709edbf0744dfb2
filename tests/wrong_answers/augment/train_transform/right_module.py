"""A module of its own with PIL and NumPy inside, turned by Pillow itself."""

import random

import numpy as np
import torch
from PIL import Image
from torch import nn
from torchvision.transforms import v2


class Augment(nn.Module):
    def __init__(self, size, mean, std, degrees=25.0):
        super().__init__()
        self.degrees = degrees
        self.crop = v2.RandomResizedCrop(size, scale=(0.5, 1), ratio=(1, 1))
        self.mean, self.std = np.float32(mean), np.float32(std)

    def forward(self, picture):
        angle = random.uniform(-self.degrees, self.degrees)
        piece = self.crop(picture.rotate(angle, resample=Image.Resampling.BICUBIC))
        values = (np.asarray(piece, dtype=np.float32) / 255 - self.mean) / self.std
        return torch.from_numpy(values.transpose(2, 0, 1))


train_transform = Augment
