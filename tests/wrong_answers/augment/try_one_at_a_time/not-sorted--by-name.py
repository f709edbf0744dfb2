"""Sorted pairs are sorted by their first element."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    return sorted((name, score([*base, c]) - start) for name, c in candidates.items())
