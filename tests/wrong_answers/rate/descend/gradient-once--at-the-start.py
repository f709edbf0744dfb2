"""The gradient is taken at the start in every round."""


def descend(gradient, start, lr, steps):
    position, positions = start, [start]
    for _ in range(steps):
        position -= lr * gradient(start)
        positions.append(position)
    return positions
