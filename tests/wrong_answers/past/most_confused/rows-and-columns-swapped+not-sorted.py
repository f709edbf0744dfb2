"""The row is taken for the prediction, and the last k of an ascending sort stay ascending."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    best = sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:k]
    return [(j, i, count) for i, j, count in reversed(best)]
