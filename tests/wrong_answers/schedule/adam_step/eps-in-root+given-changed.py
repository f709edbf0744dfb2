"""As in the source of many optimizers: means that change in place; with eps under the root."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    mean.mul_(betas[0]).add_(gradient, alpha=1 - betas[0])
    square.mul_(betas[1]).addcmul_(gradient, gradient, value=1 - betas[1])
    direction = mean / (1 - betas[0] ** step)
    size = (square / (1 - betas[1] ** step) + eps).sqrt()
    return weight - lr * direction / size, mean, square
