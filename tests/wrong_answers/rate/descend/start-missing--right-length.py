"""The list is one number short, and one more round is the quickest cure."""


def descend(gradient, start, lr, steps):
    position, positions = start, []
    while len(positions) < steps + 1:
        position = position - lr * gradient(position)
        positions.append(position)
    return positions
