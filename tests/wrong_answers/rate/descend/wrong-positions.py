"""The walk is taken for a straight line, cut into equal parts by a formula."""


def descend(gradient, start, lr, steps):
    return [start - step * lr * gradient(start) / max(steps, 1) for step in range(steps + 1)]
