"""sorted() is used as it comes, and it goes upwards unless told otherwise."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    return sorted(pairs, key=lambda pair: pair[2])[:k]
