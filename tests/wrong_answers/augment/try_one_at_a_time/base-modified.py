"""append changes the caller's list, though it is popped again."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    gains = []
    for name, candidate in candidates.items():
        base.append(candidate)
        gains.append((name, score(base) - start))
        base.pop()
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
