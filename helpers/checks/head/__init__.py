"""Lesson 05, a custom head: one module an exercise."""

from helpers.checks.core import Exercise
from helpers.checks.head.concat_pool import ConcatPool
from helpers.checks.head.count_parameters import CountParameters
from helpers.checks.head.make_head import MakeHead
from helpers.checks.head.replace_head import ReplaceHead

EXERCISES: tuple[Exercise, ...] = (
    ConcatPool(),
    CountParameters(),
    MakeHead(),
    ReplaceHead(),
)
