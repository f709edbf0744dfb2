"""Training scripts lower the rate on the way, so this loop does it, too."""


def descend(gradient, start, lr, steps):
    positions = [start]
    for _ in range(steps):
        positions.append(positions[-1] - lr * gradient(positions[-1]))
        lr *= 0.9
    return positions
