"""AdamW's decay where L2 is asked for, and the settings stay behind: two slips."""

from helpers import training


def l2_step(weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8):
    shrunk = weight * (1 - lr * weight_decay)
    return training.adam_step(shrunk, gradient, mean, square, step, lr)
