"""By way of NumPy, in double precision, as for a plot."""

import numpy as np
import torch


def unnormalise(image, mean, std):
    columns = (np.asarray(numbers)[:, None, None] for numbers in (std, mean))
    scale, shift = columns
    return torch.from_numpy(np.clip(image.cpu().numpy() * scale + shift, 0.0, 1.0))
