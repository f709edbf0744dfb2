"""append returns None, and that is what gets scored: a classic in every Python forum."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    gains = [(name, score(list(base).append(c)) - start) for name, c in candidates.items()]
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
