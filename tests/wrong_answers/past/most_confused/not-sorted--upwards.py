"""NumPy's argsort(...)[-k:] gives the k largest in ascending order, and so they stay."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    best = sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:k]
    return best[::-1]
