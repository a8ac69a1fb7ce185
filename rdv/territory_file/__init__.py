"""A whole territory in one TOML file: read, checked, loaded and written back. See docs/territory-file.md."""

from rdv.territory_file.dump import dump
from rdv.territory_file.load import load
from rdv.territory_file.mistakes import FileMistakes
from rdv.territory_file.report import Report

__all__ = ["FileMistakes", "Report", "dump", "load"]
