"""Imported by a template, it spoils CUDA for the forks, whether there is a GPU or not."""

import torch

torch.cuda.is_available()
