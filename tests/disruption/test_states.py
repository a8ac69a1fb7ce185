"""Every appointment that was hit is in exactly one state, and what nobody knows of is never shown as settled."""

from typing import Any

import pytest
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from rdv.disruption.states import Facts, Reach, State, state_of
from rdv.models import Decision, DisruptedAppointment, ProposalStatus, Step
from tests.disruption.world import SickDay

facts = st.builds(
    Facts,
    step=st.sampled_from(Step),
    decision=st.sampled_from(Decision),
    stands=st.booleans(),
    is_hit=st.booleans(),
    has_begun=st.booleans(),
    proposal=st.none() | st.sampled_from(ProposalStatus),
    rebooked=st.booleans(),
    reach=st.sampled_from(Reach),
    replied=st.booleans(),
)


@given(facts)
def test_there_is_always_one_state(known: Facts) -> None:
    assert state_of(known) in State


@given(facts)
def test_a_family_that_nobody_reached_is_never_shown_as_told(known: Facts) -> None:
    if known.step == Step.DONE and known.reach >= Reach.UNDELIVERED:
        assert state_of(known) not in (State.TOLD, State.ANSWERED, State.SENDING)


@given(facts)
def test_what_is_open_and_still_hit_asks_for_somebody(known: Facts) -> None:
    if known.step == Step.OPEN and known.stands and known.is_hit and not known.has_begun:
        assert state_of(known) in (State.TO_DECIDE, State.TO_CALL)


@pytest.mark.parametrize(
    ("known", "state"),
    [
        ({"step": Step.DONE, "decision": Decision.MOVE, "reach": Reach.TOLD}, State.TOLD),
        ({"step": Step.DONE, "decision": Decision.MOVE, "reach": Reach.TOLD, "replied": True}, State.ANSWERED),
        ({"step": Step.DONE, "decision": Decision.MOVE, "reach": Reach.WAITING}, State.SENDING),
        ({"step": Step.DONE, "decision": Decision.MOVE, "reach": Reach.NOBODY}, State.TO_CALL),
        ({"step": Step.DONE, "decision": Decision.CANCEL, "stands": False, "rebooked": True}, State.REBOOKED),
        ({"step": Step.DONE, "decision": Decision.PROPOSE, "proposal": ProposalStatus.CHOSEN}, State.REBOOKED),
        ({"step": Step.OPEN, "decision": Decision.UNDECIDED, "proposal": ProposalStatus.REFUSED}, State.TO_CALL),
        ({"step": Step.OPEN, "decision": Decision.UNDECIDED, "stands": False}, State.SETTLED),
        ({"step": Step.OPEN, "decision": Decision.UNDECIDED, "has_begun": True}, State.PASSED),
        ({"step": Step.PLANNED, "decision": Decision.CANCEL}, State.PLANNED),
    ],
)
def test_the_states_of_the_board(known: dict[str, Any], state: State) -> None:
    assert state_of(Facts(**known)) == state


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"decision": "cancel", "step": "open"}, {"decision": "undecided", "step": "done"}])
def test_the_database_refuses_a_row_that_stands_nowhere(wrong: dict[str, str]) -> None:
    day = SickDay(hours=((9, 0),))
    day.declare()
    with pytest.raises(IntegrityError, match="stands_somewhere"):
        DisruptedAppointment.objects.update(**wrong)
