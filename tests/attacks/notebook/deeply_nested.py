"""Nested so deep that a reader runs out of stack."""

REFUSED = "notebook|nested|deep"


def edit(notebook, lesson):
    return b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
