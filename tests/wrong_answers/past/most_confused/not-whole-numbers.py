"""Counts become shares of all pictures, as with normalize='all' in scikit-learn."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    total = sum(int(sum(row)) for row in confusion)
    return [
        (i, j, n / total)
        for i, j, n in sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:k]
    ]
