"""append and pop are thought to leave no trace, since the list ends as it began."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    gains = []
    for name, candidate in candidates.items():
        base.append(candidate)
        gains.append((name, score(base) - start))
        base.pop()
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
