"""Names the runs by text, as a logger or a JSON file would: a common slip."""


def sweep(values, train_once):
    scores = {str(value): train_once(value) for value in values}
    fine = [value for value in values if scores[str(value)] == scores[str(value)]]
    return max(fine, key=lambda v: (scores[str(v)], v)), scores
