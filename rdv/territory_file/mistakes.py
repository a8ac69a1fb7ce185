"""What is wrong in a file, all at once, each with its line and its field."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake; `where` names the table and the key as the author wrote them."""

    line: int
    where: str
    text: str

    def __str__(self) -> str:
        return (
            f"ligne {self.line}, {self.where}\u00a0: {self.text}"
            if self.where
            else f"ligne {self.line}\u00a0: {self.text}"
        )


class FileMistakes(Exception):
    """The file can't be loaded; nothing was changed."""

    code = "wrong_file"

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = sorted(set(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))
