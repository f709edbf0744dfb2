"""Benchmarks: each prints a ratio or an accuracy and keeps it in results/."""
