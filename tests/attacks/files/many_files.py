"""Five thousand files beside the notebook."""

EXPECTED = {}
REFUSED_OR_CORRECT = True
REFUSED = "files"


def arrange(folder, place):
    for number in range(5000):
        (folder / f"f{number}.txt").write_text("x")
