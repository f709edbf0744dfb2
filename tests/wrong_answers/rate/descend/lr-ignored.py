"""The rate is forgotten."""


def descend(gradient, start, lr, steps):
    positions = [start]
    for _ in range(steps):
        positions.append(positions[-1] - gradient(positions[-1]))
    return positions
