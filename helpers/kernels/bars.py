"""Imported before anything that asks tqdm which progress bar suits: forks are notebook kernels.

tqdm decides when it is imported, by asking IPython for its kernel; in a template there is none yet.
"""

import warnings

import tqdm.notebook

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # "experimental": what tqdm.auto silences, too
    import tqdm.autonotebook

tqdm.autonotebook.tqdm = tqdm.notebook.tqdm
tqdm.autonotebook.trange = tqdm.notebook.trange
