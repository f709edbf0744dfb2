"""Every round appends its result, and before the first round there is none."""


def descend(gradient, start, lr, steps):
    position, positions = start, []
    for _ in range(steps):
        position -= lr * gradient(position)
        positions.append(position)
    return positions
