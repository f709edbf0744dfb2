"""Two common slips: steps positions instead of steps + 1, and the rate left out."""


def descend(gradient, start, lr, steps):
    positions = [start]
    while len(positions) < steps:
        positions.append(positions[-1] - gradient(positions[-1]))
    return positions
