"""One step after another, turning round at the ends."""


def triangular(step, low, high, half):
    height, way = 0, 1
    for _ in range(step):
        height += way
        if height in (0, half):
            way = -way
    return low + (high - low) * height / half
