"""Counted from 0, the last of k has the number k - 1, so the slice is ended there."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    return sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[: k - 1]
