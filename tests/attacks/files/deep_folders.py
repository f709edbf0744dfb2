"""Three hundred folders, one inside the other."""

import os

EXPECTED = {}
REFUSED_OR_CORRECT = True
REFUSED = "deep|folders|files|name"


def arrange(folder, place):
    here = os.getcwd()
    os.chdir(folder)
    try:
        for _ in range(300):
            os.mkdir("d" * 20)
            os.chdir("d" * 20)
        open("end.txt", "w").close()
    finally:
        os.chdir(here)
