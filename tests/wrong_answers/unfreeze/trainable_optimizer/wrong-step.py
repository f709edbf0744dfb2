"""Clipping is put into the step, so that no training loop can forget it."""

import torch


class ClippedSGD(torch.optim.SGD):
    def step(self, closure=None):
        for group in self.param_groups:
            torch.nn.utils.clip_grad_value_(group["params"], 0.8)
        return super().step(closure)


def trainable_optimizer(model, lr):
    params = [p for p in model.parameters() if p.requires_grad]
    return ClippedSGD(params, lr=lr, momentum=0.9, nesterov=True)
