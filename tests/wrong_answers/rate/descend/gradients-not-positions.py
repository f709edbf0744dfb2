"""The loop notes what it computes, and that is the slope."""


def descend(gradient, start, lr, steps):
    position, slopes = start, []
    for _ in range(steps + 1):
        slopes.append(gradient(position))
        position -= lr * slopes[-1]
    return slopes
