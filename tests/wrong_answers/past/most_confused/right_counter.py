"""A Counter by pairs, whose most_common keeps the order of equals; plain lists come back."""

from collections import Counter
from itertools import permutations


def most_confused(table, k=5):
    counts = Counter()
    for true, predicted in permutations(range(len(table)), 2):
        if count := int(table[true][predicted]):
            counts[true, predicted] = count
    return [[*pair, count] for pair, count in counts.most_common(k)]
