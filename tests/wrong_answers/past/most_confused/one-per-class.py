"""argmax of each row is the short way to a favourite mistake, one for each class."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    best = {}
    for i, j, count in pairs:
        if i not in best or count > best[i][2]:
            best[i] = (i, j, count)
    return sorted(best.values(), key=lambda pair: (-pair[2], pair[0], pair[1]))[:k]
