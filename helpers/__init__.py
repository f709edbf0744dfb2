"""What the lessons are made of: pictures, models, training, figures, widgets and checks."""

import logging

# Here, since it must come before the first import of matplotlib, wherever that is. On a machine
# with many fonts, or with a home that cannot be written, matplotlib logs on stderr when it is
# imported, and nbgrader gives no points to a cell with anything there. Errors still pass, and so
# does everything for those who have set the level themselves.
if logging.getLogger("matplotlib").level == logging.NOTSET:
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
