"""Thirty thousand more cells, most of them empty."""

from attacking import code

EXPECTED = {}
REFUSED_OR_CORRECT = True
REFUSED = "cells|large"


def edit(notebook, lesson):
    notebook.cells += [code("") for _ in range(30_000)]
