"""Truth is looked for in the columns, as by the asker of Stack Overflow 58373488."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[j][i])) for i in size for j in size if i != j and confusion[j][i]]
    return sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:k]
