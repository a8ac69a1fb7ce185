"""Families from a spreadsheet (CSV): children and contacts, loaded once or ten times. See docs/family-file.md."""

from rdv.family_file.load import load

__all__ = ["load"]
