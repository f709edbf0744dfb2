"""trial = base is taken for a copy, and += for the same as trial = trial + [candidate]."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    gains = []
    for name, candidate in candidates.items():
        trial = base
        trial += [candidate]
        gains.append((name, score(trial) - start))
    return sorted(gains, key=lambda pair: pair[1], reverse=True)
