"""Each candidate is put in its place as soon as its gain is known."""

import bisect


def try_one_at_a_time(base, candidates, score):
    reference = score(base[:])
    ranking = []
    for name in candidates:
        steps = []
        steps.extend(base)
        steps.append(candidates[name])
        gain = score(steps) - reference
        bisect.insort(ranking, (name, gain), key=lambda pair: -pair[1])
    return ranking
