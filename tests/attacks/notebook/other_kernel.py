"""Names another kernel, language and provisioner, with commands of its own to start it."""

EXPECTED = {}


def edit(notebook, lesson):
    notebook.metadata.kernelspec = {
        "name": "evil", "display_name": "R", "language": "R",
        "argv": ["sh", "-c", "echo attack-was-here > @CLASS@/@MARK@"],
        "metadata": {"kernel_provisioner": {"provisioner_name": "evil"}},
    }  # fmt: skip
    notebook.metadata.language_info = {"name": "R"}
