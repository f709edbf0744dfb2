"""What the momentum gains the rate is thought to lose."""


def momentum_correction(lr, old, new):
    return lr - (new - old)
