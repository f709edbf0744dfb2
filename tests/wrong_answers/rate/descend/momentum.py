"""Momentum of 0.9, because every recipe has it."""


def descend(gradient, start, lr, steps):
    velocity, positions = 0.0, [start]
    for _ in range(steps):
        velocity = 0.9 * velocity + gradient(positions[-1])
        positions.append(positions[-1] - lr * velocity)
    return positions
