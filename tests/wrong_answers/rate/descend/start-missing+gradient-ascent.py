"""The list takes what each round makes, and a step follows the gradient as on a climb."""


def descend(gradient, start, lr, steps):
    positions = []
    for _ in range(steps):
        start = start + lr * gradient(start)
        positions.append(start)
    return positions
