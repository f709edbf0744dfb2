"""An optimizer of one's own, with the formula written out."""

import torch


class Nesterov(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                v = self.state[p].get("v", torch.zeros_like(p)) * group["momentum"] + p.grad
                self.state[p]["v"] = v
                p.add_(p.grad + group["momentum"] * v, alpha=-group["lr"])


def trainable_optimizer(model, lr):
    return Nesterov([p for p in model.parameters() if p.requires_grad], lr, 0.9)
