"""Every switch there is, and a loop."""

import os
import random

import numpy
import torch


def seed_everything(number=0):
    os.environ["PYTHONHASHSEED"] = str(number)
    for seed in (random.seed, numpy.random.seed, torch.random.manual_seed):
        seed(number)
    if torch.cuda.is_available():
        torch.cuda.manual_seed_all(number)
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False
    generator = torch.Generator(device="cpu")
    generator.manual_seed(number)
    return generator
