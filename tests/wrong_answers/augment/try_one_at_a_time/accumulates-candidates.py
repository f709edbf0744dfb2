"""Greedy selection is what one knows: each candidate stays in for the next."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    current, gains = list(base), []
    for name, candidate in candidates.items():
        current = [*current, candidate]
        gains.append((name, score(current) - start))
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
