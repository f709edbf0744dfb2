"""steps + 1 positions are thought to need steps + 1 rounds."""


def descend(gradient, start, lr, steps):
    positions = [start]
    for _ in range(steps + 1):
        positions.append(positions[-1] - lr * gradient(positions[-1]))
    return positions
