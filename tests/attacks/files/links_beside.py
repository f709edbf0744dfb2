"""Symlinks beside the notebook: to the secret, the gradebook, a chain, a loop, into nothing."""

ANSWERS = {
    "wall-accuracy": """
import glob
for path in glob.glob("**", recursive=True) + ["secret.txt", "chain", "folder/secret"]:
    try:
        print("FOUND", path, open(path, errors="replace").read(200))
    except OSError:
        pass

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
REFUSED_OR_CORRECT = True
REFUSED = "link"
FORBIDDEN = "FOUND (?!00_the_wall)"


def arrange(folder, place):
    (folder / "secret.txt").symlink_to(place.classroom / ".course" / "secret")
    (folder / "gradebook").symlink_to(place.classroom / "gradebook.db")
    (folder / "one").symlink_to(place.canary_file)
    (folder / "chain").symlink_to("one")
    (folder / "loop").symlink_to("loop")
    (folder / "dangling").symlink_to("/no/such/file")
    (folder / "folder").symlink_to(place.classroom / ".course", target_is_directory=True)
    (folder / "root").symlink_to("/", target_is_directory=True)
