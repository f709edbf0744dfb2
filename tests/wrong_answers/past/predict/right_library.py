"""The library's evaluating() looks after the modes."""

import torch
from torch.nn.functional import softmax

from helpers.training.metrics import evaluating


def predict(model, images):
    with evaluating(model), torch.no_grad():
        views = [images, torch.flip(images, dims=[-1])]
        return sum(softmax(model(view), dim=1) for view in views) / len(views)
