"""The list begins after the first step."""


def descend(gradient, start, lr, steps):
    position, positions = start, []
    for _ in range(steps):
        position -= lr * gradient(position)
        positions.append(position)
    return positions
