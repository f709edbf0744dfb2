"""Every step is taken from the start."""


def descend(gradient, start, lr, steps):
    positions = [start]
    for _ in range(steps):
        positions.append(start - lr * gradient(start))
    return positions
