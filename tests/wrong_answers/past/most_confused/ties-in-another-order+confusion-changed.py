"""Two short cuts: zeros on the caller's own diagonal, and reverse=True for largest first."""


def most_confused(confusion, k):
    size = range(len(confusion))
    for i in size:
        confusion[i][i] = 0
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if confusion[i][j]]
    return sorted(pairs, key=lambda pair: (pair[2], pair[0], pair[1]), reverse=True)[:k]
