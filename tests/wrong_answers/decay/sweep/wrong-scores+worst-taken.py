"""Keeps errors instead of accuracies, and then takes the largest of them: two slips."""


def sweep(values, train_once):
    errors = {value: 1 - train_once(value) for value in values}
    fine = [value for value in errors if errors[value] == errors[value]]
    return max(fine, key=lambda v: (errors[v], -v)), errors
