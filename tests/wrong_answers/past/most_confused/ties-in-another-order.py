"""reverse=True is thought to concern the counts alone; it reverses the whole key."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    return sorted(pairs, key=lambda pair: (pair[2], pair[0], pair[1]), reverse=True)[:k]
