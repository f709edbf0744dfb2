"""The position is appended before the step, so the last one is lost."""


def descend(gradient, start, lr, steps):
    position, positions = start, []
    for _ in range(steps):
        positions.append(position)
        position = position - lr * gradient(position)
    return positions
