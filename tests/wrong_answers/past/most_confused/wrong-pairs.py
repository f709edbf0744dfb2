"""Species next to each other are thought to be relatives, whose mix-ups do not count."""


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = [(i, j, int(confusion[i][j])) for i in size for j in size if i != j and confusion[i][j]]
    return sorted(
        [p for p in pairs if abs(p[0] - p[1]) != 1], key=lambda pair: (-pair[2], pair[0], pair[1])
    )[:k]
