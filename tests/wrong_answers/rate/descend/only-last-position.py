"""The end of the walk alone."""


def descend(gradient, start, lr, steps):
    position = start
    for _ in range(steps):
        position = position - lr * gradient(position)
    return position
