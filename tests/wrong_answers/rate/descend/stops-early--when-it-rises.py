"""A step that lands on a steeper place is taken for a failure, after which one stops."""


def descend(gradient, start, lr, steps):
    positions = [start]
    for _ in range(steps):
        after = positions[-1] - lr * gradient(positions[-1])
        if abs(gradient(after)) > abs(gradient(positions[-1])):
            break
        positions.append(after)
    return positions
