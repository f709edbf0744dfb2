"""Going against the slope is remembered; that somebody has to say how far is not."""


def descend(gradient, start, lr, steps):
    positions = [start]
    for _ in range(steps):
        positions.append(positions[-1] - gradient(positions[-1]))
    return positions
