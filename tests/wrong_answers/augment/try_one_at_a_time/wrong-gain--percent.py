"""Gains are printed in points, and returned in points."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    gains = [(name, 100 * (score([*base, c]) - start)) for name, c in candidates.items()]
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
