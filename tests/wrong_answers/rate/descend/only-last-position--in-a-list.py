"""The list is made after the loop."""


def descend(gradient, start, lr, steps):
    for _ in range(steps):
        start -= lr * gradient(start)
    return [start]
