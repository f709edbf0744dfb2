"""Exercise wall.seed_everything: runs that repeat themselves."""

import random
from typing import ClassVar

import numpy as np
import torch

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, rng
from helpers.checks.observe import call_and_keep
from helpers.checks.reading import Seen, call_findings, returned, value_findings
from helpers.checks.several import MOST


class SeedEverything(Exercise):
    """seed_everything(seed) -> torch.Generator; seeds Python, NumPy and torch as well."""

    id = "wall.seed_everything"
    parameters = ("seed",)
    own_versions = ("helpers.training.seed_everything",)
    checked = (
        "Python, NumPy, torch and your generator repeat themselves with one seed, and differ with "
        "another"
    )
    mistakes: ClassVar = {
        "no-generator": Mistake(
            "Your function should hand back a torch.Generator for the DataLoader.",
            "the return line, and what a DataLoader accepts as its generator",
        ),
        "returns-global-generator": Mistake(
            "Your function returns torch's own global generator. Then every dropout and every "
            "random crop changes the order of the pictures too.",
            "what torch.manual_seed returns, and how to make a generator of your own",
        ),
        "torch-forgotten": Mistake(
            "Two runs with one seed get different random numbers from torch.",
            "the three libraries that draw random numbers here",
        ),
        "numpy-forgotten": Mistake(
            "Two runs with one seed get different random numbers from NumPy.",
            "the three libraries that draw random numbers here",
        ),
        "python-forgotten": Mistake(
            "Two runs with one seed get different random numbers from Python's own random module.",
            "the three libraries that draw random numbers here",
        ),
        "ignores-the-seed": Mistake(
            "Two different seeds give the same random numbers from {who}.",
            "each place where a seed is set: is it the one your function was given?",
        ),
        "generator-not-seeded": Mistake(
            "Your generator is not seeded with the seed your function was given.",
            "what happens to the generator between making it and returning it",
        ),
        "generator-shared": Mistake(
            "Your function returns one and the same generator every time. Two DataLoaders would "
            "then change each other's order.",
            "where the generator is made: outside of the function, or inside?",
        ),
    }
    libraries: ClassVar = {"python": "Python's random module", "numpy": "NumPy", "torch": "torch"}

    def inputs(self, seed: int) -> list[tuple[int, int]]:
        """(seed to use, disturbance before it): one seed twice, then another."""
        one, other, before, between = rng(seed, "seeds").choice(10**6, size=4, replace=False)
        return [(int(one), int(before)), (int(one), int(between)), (int(other), int(between))]

    def probe(self, answer: Answer, seed: int) -> Evidence:
        runs: list[Evidence] = []
        generators: list[object] = []
        for chosen, disturbance in self.inputs(seed):
            for disturb in (random.seed, np.random.seed, torch.manual_seed):
                disturb(disturbance)
            call, generator = call_and_keep(answer, chosen)
            runs.append({
                "call": call,
                "global": generator is torch.default_generator,
                "python": np.array([random.random() for _ in range(4)]),
                "numpy": np.random.random(4),
                "torch": torch.rand(4, dtype=torch.float64).numpy(),
                "generator": _drawn_from(generator),
                "seed": _seed_of(generator),
                "shared": any(generator is other for other in generators),
            })  # fmt: skip
            generators.append(generator)
        return {"runs": runs}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        first, again, other = evidence["runs"]
        value = returned(first["call"])
        basic = call_findings(self, first["call"])
        if basic and basic[0].code != "returned-none":
            return basic
        for run in (again, other):
            if "raised" in run["call"]:
                return call_findings(self, run["call"])
        form = self._form(value, first["global"])
        findings = form + [
            self.finding(f"{library}-forgotten", "the same numbers twice", "other numbers")
            for library in ("torch", "numpy", "python")
            if not np.array_equal(first[library], again[library])
        ]
        forgotten = {finding.code.partition("-")[0] for finding in findings}
        ignoring = [
            name
            for library, name in self.libraries.items()
            if library not in forgotten and np.array_equal(again[library], other[library])
        ]
        if ignoring:
            who = ", ".join([*ignoring[:-2], " and ".join(ignoring[-2:])])
            wanted = "other numbers with another seed"
            findings.append(self.finding("ignores-the-seed", wanted, "the same numbers", who=who))
        if not form and len(ignoring) < len(self.libraries):  # else one constant did it all
            findings += self._generator(evidence["runs"], seed)
        return findings[:MOST]

    def _form(self, value: Seen, everybodys: bool) -> list[Finding]:
        """Whether a generator of its own came back."""
        if value.kind != "generator":
            return [self.finding("no-generator", "a torch.Generator", value.describe())]
        if value.device != "cpu":
            return value_findings(value, "generator")
        if everybodys:
            wanted, got = "a generator of its own", "the one that all of torch draws from"
            return [self.finding("returns-global-generator", wanted, got)]
        return []

    def _generator(self, runs: list[Evidence], seed: int) -> list[Finding]:
        """Whether the generator has the seed, and is new each time."""
        first, again, other = (run["generator"] for run in runs)
        seeds = [str(chosen) for chosen, _ in self.inputs(seed)]
        findings = []
        if [run["seed"] for run in runs] != seeds:
            wanted = "the same order with the same seed, another one with another"
            got = f"made with the seed {runs[0]['seed']} where {seeds[0]} was given"
            if not np.array_equal(first, again):
                got = "another order each time"
            elif np.array_equal(again, other):
                got = "the same order with another seed"
            findings.append(self.finding("generator-not-seeded", wanted, got))
        if any(run["shared"] for run in runs):
            wanted, got = "a new generator each time", "the one of the time before"
            findings.append(self.finding("generator-shared", wanted, got))
        return findings


def _seed_of(generator: object) -> str:
    return str(generator.initial_seed()) if type(generator) is torch.Generator else ""


def _drawn_from(generator: object) -> np.ndarray | None:
    if type(generator) is not torch.Generator or generator.device.type != "cpu":
        return None
    return torch.rand(4, dtype=torch.float64, generator=generator).numpy()
