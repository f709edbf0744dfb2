"""Kernels and graded items start from a template that has the slow imports behind it."""
