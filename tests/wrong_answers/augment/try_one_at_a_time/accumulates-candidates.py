"""The list grows from candidate to candidate."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    current, gains = list(base), []
    for name, candidate in candidates.items():
        current = [*current, candidate]
        gains.append((name, score(current) - start))
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
