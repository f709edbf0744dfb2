"""Formgrader on a graded class: every page opens."""

from __future__ import annotations

import json

from support import Classroom, Server, formgrader_page, submission_id


def test_the_pages_open(lesson: str, graded: Classroom, formgrader: Server) -> None:
    for path in (
        "",
        "/manage_assignments",
        f"/manage_submissions/{lesson}",
        "/manage_students",
        "/manage_students/solved",
        "/gradebook",
        f"/gradebook/{lesson}",
        f"/gradebook/{lesson}/{lesson}",
        f"/submissions/{submission_id(graded, 'solved', lesson)}",
    ):
        formgrader_page(formgrader, path)
    assignments = json.loads(formgrader_page(formgrader, "/api/assignments"))
    assert lesson in {assignment["name"] for assignment in assignments}
