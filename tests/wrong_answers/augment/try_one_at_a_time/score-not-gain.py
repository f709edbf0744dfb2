"""Subtracting the same number does not change the order, so it is left out."""


def try_one_at_a_time(base, candidates, score):
    results = [(name, score([*base, c])) for name, c in candidates.items()]
    return sorted(results, key=lambda pair: pair[1], reverse=True)
