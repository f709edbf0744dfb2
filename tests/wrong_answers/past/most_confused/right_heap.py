"""A heap keeps the k best; triples as lists."""

import heapq


def most_confused(confusion, k):
    size = range(len(confusion))
    pairs = ([i, j, int(confusion[i][j])] for i in size for j in size if i != j)
    return heapq.nsmallest(k, (p for p in pairs if p[2]), key=lambda p: (-p[2], p[0], p[1]))
