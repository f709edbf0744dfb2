"""The table as a sorted list is thought to be the answer: every cell, largest first."""


def most_confused(confusion, k):
    cells = [
        (i, j, int(count))
        for i, row in enumerate(confusion)
        for j, count in enumerate(row)
        if count
    ]
    return sorted(cells, key=lambda cell: (-cell[2], cell[0], cell[1]))
