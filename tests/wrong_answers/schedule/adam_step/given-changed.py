"""mul_ and add_, as torch's own Adam brings its memory up to date."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    mean.mul_(b1).add_(gradient, alpha=1 - b1)
    square.mul_(b2).addcmul_(gradient, gradient, value=1 - b2)
    fair_mean, fair_square = mean / (1 - b1**step), square / (1 - b2**step)
    return weight - lr * fair_mean / (fair_square.sqrt() + eps), mean, square
