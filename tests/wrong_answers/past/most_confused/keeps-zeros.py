"""k pairs were asked for, so k are returned, even if some never happened."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j]
    return sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:k]
