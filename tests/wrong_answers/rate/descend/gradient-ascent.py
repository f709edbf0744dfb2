"""The gradient is thought to point to the goal, so the step goes along it."""


def descend(gradient, start, lr, steps):
    positions = [start]
    for _ in range(steps):
        positions.append(positions[-1] + lr * gradient(positions[-1]))
    return positions
