"""Counts become the keys of a dictionary, as if no two pairs could have the same."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    by_count = {}
    for i, j, count in pairs:
        by_count.setdefault(count, (i, j, count))
    return [by_count[count] for count in sorted(by_count, reverse=True)][:k]
