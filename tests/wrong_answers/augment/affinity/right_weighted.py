"""Averages weighted by batch in NumPy; a division that gives 0 where it cannot divide."""

import numpy as np
import torch

from helpers.training.metrics import evaluating


class Affinity:
    @staticmethod
    @torch.inference_mode()
    def share(model, batches):
        with evaluating(model):
            hits = [model(x).max(dim=1).indices.eq(y).numpy() for x, y in batches]
        return np.average([hit.mean() for hit in hits], weights=[len(hit) for hit in hits])

    def __call__(self, model, clean, augmented):
        below, above = self.share(model, clean), self.share(model, augmented)
        return np.divide(above, below, out=np.zeros(()), where=below > 0)[()]


affinity = Affinity()
