"""The file is valid JSON, and no notebook: a list, with numbers that no one can hold."""

REFUSED = "notebook"


def edit(notebook, lesson):
    return b'[{"cells": NaN}, 1e999, ' + b"9" * 100_000 + b"]"
