"""Looks for Jupyter's connection files and for sockets of the grader on the file system."""

ANSWERS = {
    "wall-accuracy": """
import glob, os, socket, stat
places = ["/tmp", "/run", "/var/run", "/root", os.path.expanduser("~"), "/job", "/dev/shm"]
for place in places:
    for root, folders, files in os.walk(place):
        if root.count("/") > 6:
            folders[:] = []
        for name in files:
            path = os.path.join(root, name)
            if name.startswith("kernel-"):
                print("FOUND", path)
            try:
                if stat.S_ISSOCK(os.lstat(path).st_mode):
                    with socket.socket(socket.AF_UNIX) as s:
                        s.connect(path)
                        print("FOUND", path)
            except OSError:
                pass

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
FORBIDDEN = "FOUND"
