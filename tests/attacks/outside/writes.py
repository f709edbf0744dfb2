"""Writes to the gradebook, the records, its own grade, the work of others and the host's /tmp."""

ANSWERS = {
    "wall-accuracy": """
import glob, os, sqlite3
places = ["@CLASS@", "@CLASS@/source/00_the_wall", "@CLASS@/.course", "@SUBMITTED@", "/tmp", "/etc",
          "/usr/lib", "@REPO@", "/dev/shm", "/var/tmp", "/root", "/home"]
for place in places:
    try:
        os.makedirs(place, exist_ok=True)
        with open(os.path.join(place, "@MARK@"), "w") as file:
            file.write("attack-was-here")
    except OSError:
        pass
try:
    base = sqlite3.connect("@CLASS@/gradebook.db")
    base.execute("update grade set auto_score = 100, manual_score = 100")
    base.commit()
    print("FOUND the gradebook")
except sqlite3.Error as error:
    print(error)

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
FORBIDDEN = "FOUND"
