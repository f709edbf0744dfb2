"""The new position is computed and thrown away."""


def descend(gradient, start, lr, steps):
    positions = [start]
    for _ in range(steps):
        position = positions[0]
        position - lr * gradient(position)
        positions.append(position)
    return positions
