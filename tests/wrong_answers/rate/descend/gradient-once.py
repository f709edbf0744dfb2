"""The gradient is computed before the loop."""


def descend(gradient, start, lr, steps):
    slope = gradient(start)
    positions = [start]
    for _ in range(steps):
        positions.append(positions[-1] - lr * slope)
    return positions
