"""The largest is taken out k times; the first of equals comes first."""


def most_confused(confusion, k):
    left = {
        (i, j): int(confusion[i][j])
        for i in range(len(confusion))
        for j in range(len(confusion))
        if i != j
    }
    found = []
    while left and len(found) < k:
        best = max(left, key=left.get)
        count = left.pop(best)
        if count == 0:
            break
        found.append((*best, count))
    return found
