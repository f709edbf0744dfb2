"""An object that is called, with the libraries in a list."""

import random

import numpy as np
import torch


class Seeder:
    def __init__(self, *libraries):
        self.libraries = libraries

    def __call__(self, seed):
        for start in self.libraries:
            start(seed)
        generator = torch.Generator("cpu")
        generator.manual_seed(seed)
        return generator


seed_everything = Seeder(random.seed, np.random.seed, torch.manual_seed)
