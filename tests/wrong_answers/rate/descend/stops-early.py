"""A test of convergence, as in a library's optimiser."""


def descend(gradient, start, lr, steps):
    positions = [start]
    for _ in range(steps):
        slope = gradient(positions[-1])
        if abs(slope) < 1e-6:
            break
        positions.append(positions[-1] - lr * slope)
    return positions
