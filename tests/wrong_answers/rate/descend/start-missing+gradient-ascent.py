"""Two common slips at once: the new position alone is kept, and a plus where a minus belongs."""


def descend(gradient, start, lr, steps):
    positions = []
    for _ in range(steps):
        start = start + lr * gradient(start)
        positions.append(start)
    return positions
