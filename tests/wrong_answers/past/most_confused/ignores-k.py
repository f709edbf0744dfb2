"""How many to show is thought to be a matter of printing, for the caller to see to."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    return sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))
