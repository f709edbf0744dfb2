"""Numbers, one after the other, from an object that is called like a function."""

import math

import torch


class Adam:
    def __call__(self, weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
        given = (tensor.flatten().tolist() for tensor in (weight, gradient, mean, square))
        rows = [self.one(*row, step, lr, *betas, eps) for row in zip(*given, strict=True)]
        return tuple(torch.tensor(rows).T.reshape(3, *weight.shape))

    def one(self, weight, gradient, mean, square, step, lr, beta1, beta2, eps):
        mean += (1 - beta1) * (gradient - mean)
        square += (1 - beta2) * (gradient * gradient - square)
        size = math.sqrt(square / (1 - beta2**step)) + eps
        return weight - lr * mean / (1 - beta1**step) / size, mean, square


adam_step = Adam()
