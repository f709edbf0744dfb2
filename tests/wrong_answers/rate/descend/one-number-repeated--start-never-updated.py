"""The formula is written with the names of the arguments, and start stays what it is."""


def descend(gradient, start, lr, steps):
    positions = [start]
    for _ in range(steps):
        positions.append(start - lr * gradient(start))
    return positions
