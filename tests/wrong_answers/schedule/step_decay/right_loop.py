"""A loop; other parameter names."""


def step_decay(number, rate, stay, gamma):
    while number >= stay:
        number -= stay
        rate *= gamma
    return rate
