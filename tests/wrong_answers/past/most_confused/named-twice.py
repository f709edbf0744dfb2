"""Both triangles of the matrix are collected, but each pass has gone through all cells."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    return sorted(pairs + pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:k]
