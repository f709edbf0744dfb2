"""Put in, scored and taken out again is thought to change nothing, and sorted() to rank."""


def try_one_at_a_time(base, candidates, score):
    start, gains = score(base), {}
    for name, candidate in candidates.items():
        base.append(candidate)
        gains[name] = score(base) - start
        base.remove(candidate)
    return sorted(gains.items(), key=lambda pair: pair[1])
