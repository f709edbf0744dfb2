"""The minus goes into the move, and the update subtracts the move out of habit."""


def descend(gradient, start, lr, steps):
    position, positions = start, [start]
    for _ in range(steps):
        move = -lr * gradient(position)
        position -= move
        positions.append(position)
    return positions
