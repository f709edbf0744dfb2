"""The whole folder of the lesson is a symlink to another learner's folder."""

import shutil

REFUSED = "link|no notebook|not found"


def arrange(folder, place):
    shutil.rmtree(folder)
    folder.symlink_to(place.submitted / "honest" / place.lesson, target_is_directory=True)
