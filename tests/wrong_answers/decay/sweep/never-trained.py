"""Looks at the values only."""


def sweep(values, train_once):
    return max(values), {value: 0.0 for value in values}
