"""Rows as predictions, as Wikipedia had its table, and argsort(...)[-k:] as it comes."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    best = sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:k]
    return [(j, i, count) for i, j, count in reversed(best)]
