"""A pipe, a socket and a device lie beside the notebook: reading them would wait for ever."""

import os
import socket

EXPECTED = {}
REFUSED_OR_CORRECT = True
REFUSED = "file"


def arrange(folder, place):
    os.mkfifo(folder / "predictions.csv")
    here = os.getcwd()
    os.chdir(folder)  # the path of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.bind("line.sock")
    finally:
        os.chdir(here)
