"""The accuracy is the key, and which of equals max takes is not thought of."""


def sweep(values, train_once):
    scores = {value: train_once(value) for value in values}
    fine = {v: s for v, s in scores.items() if s == s}
    return max(fine, key=fine.get), scores
