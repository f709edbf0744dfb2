"""Every test here runs once for each lesson."""

from support import once_for_each_lesson as pytest_generate_tests

__all__ = ["pytest_generate_tests"]
