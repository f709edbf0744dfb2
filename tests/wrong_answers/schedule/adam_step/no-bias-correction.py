"""As in BERT's optimizer, where it was an oversight (google-research/bert, issue 153)."""


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    mean = betas[0] * mean + (1 - betas[0]) * gradient
    square = betas[1] * square + (1 - betas[1]) * gradient**2
    return weight - lr * mean / (square.sqrt() + eps), mean, square
