"""A small rate sounds like many small pieces, so the slope is divided by it."""


def descend(gradient, start, lr, steps):
    positions = [start]
    for _ in range(steps):
        positions.append(positions[-1] - gradient(positions[-1]) / lr)
    return positions
