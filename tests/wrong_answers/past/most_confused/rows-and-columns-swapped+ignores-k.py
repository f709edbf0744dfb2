"""The row is taken for the prediction (a common question about scikit-learn), and k forgotten."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    best = sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))
    return [(j, i, count) for i, j, count in best]
