"""Tuples with the count first, because they sort by themselves."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    return [
        (count, i, j)
        for i, j, count in sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:k]
    ]
