"""The count is taken for the pictures of the true class, the support of a report."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    best = sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:k]
    return [(i, j, int(sum(confusion[i]))) for i, j, _ in best]
