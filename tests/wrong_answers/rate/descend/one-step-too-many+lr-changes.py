"""A tutorial's decaying rate, in a loop that runs to steps + 1."""


def descend(gradient, start, lr, steps):
    positions = [start]
    for _ in range(steps + 1):
        positions.append(positions[-1] - lr * gradient(positions[-1]))
        lr *= 0.9
    return positions
