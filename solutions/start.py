# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Past the wall
#
# A pretrained network with a new classifier on top stops at about 90 %. In these lessons you take it
# past that wall, with functions that you write yourself, and measure what each step is worth.
#
# <!-- from benchmarks.climb: wall/valid/mean -->

# %% [markdown]
# ## Where you are
#
# Run this cell (Shift+Enter) for the map with your own progress: which checks have passed, and your best
# runs. It reads your logbook, a file beside this notebook that the lessons write to; run it again whenever
# you come back.

# %%
from helpers import explore

explore.course_map()

# %% [markdown]
# ## The lessons
#
# Each one shows, lets you predict and try, then you build: small functions, each with hints and a check that
# says what is wrong. They build on each other; in each you can begin afresh, because what the earlier
# lessons asked for is also in the library.
#
# <!-- the lessons -->

# %% [markdown]
# ## How a lesson works
#
# - Run the cells from top to bottom. Where a function says `return ...`, write yours, and run its check.
# - Stuck? Every exercise has three hints, from the idea to almost the code. Fold them open one by one.
# - Two cores are enough, nothing needs a GPU or a network. Training runs take seconds, sometimes a minute.
# - `COURSE_DATA=/path/to/pictures` runs the lessons on your own pictures, one folder a class.
