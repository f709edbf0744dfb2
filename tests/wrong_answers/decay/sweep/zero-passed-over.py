"""`if not best` asks whether there is one yet, and takes a decay of 0 for none: a common slip."""


def sweep(values, train_once):
    scores, best = {}, None
    for value in values:
        scores[value] = train_once(value)
        if scores[value] != scores[value]:
            continue
        if not best or (scores[value], value) > (scores[best], best):
            best = value
    return best, scores
