"""Only above the diagonal, as for a symmetric matrix of distances."""


def most_confused(confusion, k):
    size = len(confusion)
    pairs = [(i, j, int(confusion[i][j])) for i in range(size) for j in range(i + 1, size)]
    pairs = [pair for pair in pairs if pair[2]]
    return sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:k]
