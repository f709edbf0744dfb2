"""Benchmarks: each prints a ratio or an accuracy and keeps it in results/."""

import os

# One thread, as the benchmarks ask of torch. NumPy's OpenBLAS reads this when it is imported, so it
# has to stand here; two threads on busy cores mostly wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
