"""Brings files that Python, IPython, matplotlib and the shell read when they start."""

FILES = {
    name: "import os; os._exit(7)\n"
    for name in (
        "sitecustomize.py",
        "usercustomize.py",
        "ipython_config.py",
        "jupyter_config.py",
        "nbgrader_config.py",
        "conftest.py",
        "startup.py",
        "evil.pth",
        ".pythonrc",
        ".bashrc",
        "matplotlibrc",
        "pyvenv.cfg",
    )
}
EXPECTED = {}
