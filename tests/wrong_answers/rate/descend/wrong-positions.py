"""Every step starts from the start again."""


def descend(gradient, start, lr, steps):
    return [start - step * lr * gradient(start) / max(steps, 1) for step in range(steps + 1)]
