"""Candidates that do harm are thought not to be worth a line in the result."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    gains = [(name, score([*base, c]) - start) for name, c in candidates.items()]
    return sorted([pair for pair in gains if pair[1] > 0], key=lambda pair: -pair[1])
