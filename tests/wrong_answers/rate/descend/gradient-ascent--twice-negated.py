"""Two minus signs that cancel."""


def descend(gradient, start, lr, steps):
    position, positions = start, [start]
    for _ in range(steps):
        move = -lr * gradient(position)
        position -= move
        positions.append(position)
    return positions
