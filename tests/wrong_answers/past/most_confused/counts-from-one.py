"""Classes numbered from 1, as the folders of Flowers-102 are."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    best = sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:k]
    return [(i + 1, j + 1, count) for i, j, count in best]
