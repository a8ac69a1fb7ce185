"""What people do with what needs them: take it, give it to a colleague, try a call, end it, open it again.

Two people at once lose nothing: each deed says what its page showed, and the second is told who was first.
"""

from datetime import datetime
from typing import ClassVar

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from rdv.models import Agent
from reminders import told
from reminders.models import CallResult, Task, TaskOutcome


class DeskError(Exception):
    """Why a deed was not done; `text` says it to people."""

    code: ClassVar[str] = "refused"

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class AlreadyDoneError(DeskError):
    """Somebody ended it, or it closed by itself."""

    code = "already_done"


class TakenError(DeskError):
    """Somebody else has it by now."""

    code = "taken"


class OpenTwiceError(DeskError):
    """The same is being asked by another task."""

    code = "open_twice"


def assign(task: Task, *, to: Agent | None, held_by: int | None, now: datetime) -> None:
    """Give the task to somebody, or back to everybody. `held_by` is who had it when the page was shown.

    Raises TakenError when somebody else has it since, AlreadyDoneError.
    """
    with transaction.atomic(durable=True):
        shown = _open(task).filter(assigned_to=held_by)
        given = shown.update(assigned_to=to, assigned_at=now if to else None)
        if not given:
            raise _refusal(task)


def take_if_free(task: Task, *, by: Agent, now: datetime) -> None:
    """Whoever begins on what nobody has is shown as having it. Joins a running transaction."""
    _open(task).filter(assigned_to=None).update(assigned_to=by, assigned_at=now)


def finish(task: Task, *, outcome: TaskOutcome | None, by: Agent, now: datetime) -> None:
    """It is done, with what became of it. Raises AlreadyDoneError: the first one's word stands."""
    with transaction.atomic(durable=True):
        if outcome == TaskOutcome.REACHED:
            told.by_call(task, now=now)
        ended = _open(task).update(done_at=now, done_by=by, outcome=outcome or "", closed_as="")
        if not ended:
            raise _refusal(task)


def reopen(task: Task) -> None:
    """It is to be done after all. Raises OpenTwiceError when the same was asked again since.

    What closed by itself stays so: what it was about is past, or answered.
    """
    try:
        with transaction.atomic(durable=True):
            Task.objects.filter(pk=task.pk, closed_as="").update(done_at=None, done_by=None, outcome="")
    except IntegrityError:
        raise OpenTwiceError("La même tâche est déjà ouverte.") from None


def record_try(task: Task, *, result: CallResult, by: Agent, now: datetime) -> None:
    """A call that did not settle it: the task stays, and says how often it was tried. Raises AlreadyDoneError."""
    with transaction.atomic(durable=True):
        if result == CallResult.LEFT_MESSAGE:
            told.by_call(task, now=now)
        tried = _open(task).update(tries=F("tries") + 1, tried_at=now, tried_as=result)
        if not tried:
            raise _refusal(task)
        take_if_free(task, by=by, now=now)


def keep_until(task: Task, *, until: datetime) -> None:
    """It is not settled yet, and has more time: who said yes on the phone is to be called back."""
    with transaction.atomic(durable=True):
        _open(task).update(due_at=until)


def _open(task: Task) -> QuerySet[Task]:
    return Task.objects.filter(pk=task.pk, done_at=None)


def _refusal(task: Task) -> DeskError:
    """Why nothing was changed, in the words of the page."""
    row = Task.objects.select_related("assigned_to", "done_by").get(pk=task.pk)
    if row.closed_as:
        return AlreadyDoneError("Cette tâche s’est close d’elle-même entre-temps.")
    if row.done_at is not None:
        return AlreadyDoneError(f"Cette tâche a déjà été faite par {row.done_by or 'un collègue'}.")
    if row.assigned_to is not None:
        return TakenError(f"{row.assigned_to} s’en occupe déjà.")
    return TakenError("Cette tâche vient d’être rendue à toute l’équipe.")
