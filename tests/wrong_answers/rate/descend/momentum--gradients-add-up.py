"""As if zero_grad were forgotten: the slopes add up."""


def descend(gradient, start, lr, steps):
    total, positions = 0.0, [start]
    for _ in range(steps):
        total += gradient(positions[-1])
        positions.append(positions[-1] - lr * total)
    return positions
