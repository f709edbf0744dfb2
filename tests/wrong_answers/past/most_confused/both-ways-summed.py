"""A mix-up is thought to have no direction: two species are one pair."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [
        (i, j, int(confusion[i][j] + confusion[j][i]))
        for i in size
        for j in size
        if i < j and confusion[i][j] + confusion[j][i]
    ]
    return sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:k]
