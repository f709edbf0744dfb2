"""Heard as the question which species, so the count is dropped once it has sorted them."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    return [pair[:2] for pair in sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:k]]
