"""range(1, steps) looks like steps rounds once the start counts as number 0."""


def descend(gradient, start, lr, steps):
    positions = [start]
    for _ in range(1, steps):
        positions.append(positions[-1] - lr * gradient(positions[-1]))
    return positions
