"""range(1, steps) makes steps - 1 rounds."""


def descend(gradient, start, lr, steps):
    positions = [start]
    for _ in range(1, steps):
        positions.append(positions[-1] - lr * gradient(positions[-1]))
    return positions
