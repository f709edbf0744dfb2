"""Three digits are what a table of rates shows, so it is rounded to three."""


def step_decay(epoch, lr, every, factor):
    return round(lr * factor ** (epoch // every), 3)
