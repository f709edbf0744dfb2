"""nbgrader's configuration when it is started in the repository (the Validate button is)."""

from pathlib import Path

from helpers.authoring.settings import configure

c = get_config()  # noqa: F821
configure(c, root=Path(__file__).resolve().parent / "build")
