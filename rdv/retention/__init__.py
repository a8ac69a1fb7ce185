"""Keeping and forgetting (rules §11): what is erased, when, and how.

Each package says what it forgets with `registry.register`; `run` counts or erases all of it.
"""
