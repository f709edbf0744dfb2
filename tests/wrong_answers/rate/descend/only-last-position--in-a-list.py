"""A list is asked for, so the one number that the loop keeps is put into one."""


def descend(gradient, start, lr, steps):
    for _ in range(steps):
        start -= lr * gradient(start)
    return [start]
