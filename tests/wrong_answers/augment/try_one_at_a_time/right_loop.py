"""A loop, a copy, sort in place, lists for pairs, rounded."""


def try_one_at_a_time(base, candidates, score):
    ranking = []
    for name in candidates:
        trial = base.copy()
        trial.append(candidates[name])
        ranking.append([name, score(trial)])
    reference = score(list(base))
    for pair in ranking:
        pair[1] = round(pair[1] - reference, 4)
    ranking.sort(key=lambda pair: -pair[1])
    return ranking
