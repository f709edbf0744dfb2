"""Grade ids and exercise names that would be paths, HTML and SQL."""

EXPECTED = {}


def edit(notebook, lesson):
    odd = [
        "../../../@MARK@",
        "<script>alert(1)</script>",
        "'; drop table grade; --",
        "\x00",
        "a" * 99999,
    ]
    others = [c for c in notebook.cells if c.cell_type == "code" and "nbgrader" not in c.metadata]
    for cell, name in zip(others, odd, strict=False):
        cell.metadata["nbgrader"] = {
            "grade_id": name, "grade": True, "solution": True, "locked": False, "points": 100,
            "schema_version": 3, "task": False, "cell_type": "code", "checksum": "0",
        }  # fmt: skip
