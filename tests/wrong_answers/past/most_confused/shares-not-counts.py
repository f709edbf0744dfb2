"""Sorted by the share of the true class, as in a normalised confusion matrix."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    return sorted(pairs, key=lambda pair: (-pair[2] / int(sum(confusion[pair[0]])), *pair[:2]))[:k]
