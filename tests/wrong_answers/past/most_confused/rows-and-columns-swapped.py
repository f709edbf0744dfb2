"""scikit-learn's and others' conventions mixed up: the row taken for the prediction."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    return [
        (j, i, count)
        for i, j, count in sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:k]
    ]
