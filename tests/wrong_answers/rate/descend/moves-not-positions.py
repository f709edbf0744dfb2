"""A step is a move, and a list of steps is thought to be asked for."""


def descend(gradient, start, lr, steps):
    position, moves = start, []
    for _ in range(steps):
        move = -lr * gradient(position)
        position += move
        moves.append(move)
    return moves
