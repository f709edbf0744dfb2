"""Errors are noted, as older papers have them, and max is called as for accuracies."""


def sweep(values, train_once):
    errors = {value: 1 - train_once(value) for value in values}
    fine = [value for value in errors if errors[value] == errors[value]]
    return max(fine, key=lambda v: (errors[v], -v)), errors
