"""An optimizer ends where it ends and keeps no diary, so only the end comes back."""


def descend(gradient, start, lr, steps):
    position = start
    for _ in range(steps):
        position = position - lr * gradient(position)
    return position
