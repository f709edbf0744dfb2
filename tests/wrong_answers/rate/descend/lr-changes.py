"""The rate is lowered on the way."""


def descend(gradient, start, lr, steps):
    positions = [start]
    for _ in range(steps):
        positions.append(positions[-1] - lr * gradient(positions[-1]))
        lr *= 0.9
    return positions
