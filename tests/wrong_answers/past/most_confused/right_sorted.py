"""Every pair, sorted by a key."""


def most_confused(confusion, k):
    pairs = []
    for true, row in enumerate(confusion):
        for predicted, count in enumerate(row):
            if true != predicted and count > 0:
                pairs.append((true, predicted, int(count)))
    return sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:k]
