"""NumPy's [height, width] and PIL's (width, height) mixed up: the picture comes out transposed."""

import numpy as np
import torch
from torchvision import transforms
from torchvision.transforms import functional as F


def valid_transform(size, mean, std):
    square = transforms.Compose([transforms.Resize(size), transforms.CenterCrop(size)])

    def transform(picture):
        values = np.asarray(square(picture), dtype=np.float32) / 255
        return F.normalize(torch.from_numpy(values.transpose(2, 1, 0)), mean, std)

    return transform
