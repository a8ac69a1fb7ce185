"""Whatever is sent to the API, the answer is one that its description announces, and never a failure (schemathesis)."""

import json
from itertools import count
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.v1.docs import openapi
from rdv.config.wsgi import application
from tests.api.support import Caller
from tests.factories import World, family

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = {GenerationMode.POSITIVE: 6, GenerationMode.NEGATIVE: 6}


# The server under test closes its connections after each request, as in production.
pytestmark = pytest.mark.django_db(transaction=True)


def operations() -> dict[str, list[Any]]:
    """The operations of each resource."""
    schema = schemathesis.openapi.from_dict(json.loads(openapi()))
    schema.app = application
    found: dict[str, list[Any]] = {}
    for one in schema.get_all_operations():
        found.setdefault(one.ok().path.split("/")[3], []).append(one.ok())
    return found


OPERATIONS = operations()


@pytest.mark.parametrize("mode", EXAMPLES)
@pytest.mark.parametrize("resource", OPERATIONS)
def test_no_input_makes_it_fail_or_answer_what_is_not_described(
    world: World, api: Caller, resource: str, mode: GenerationMode
) -> None:
    """Real numbers are put in now and then, so that more than the first check of a body is reached."""
    made = world.book(9).appointment
    real = {
        "id": made.pk,
        "appointment_type": world.type.pk,
        "location": world.location.pk,
        "agent": world.agent.pk,
        "family": family(world.territory).pk,
        "start": world.at(10).isoformat(),
    }
    for operation in OPERATIONS[resource]:
        _try(operation, api, real, mode)


def _try(operation: Any, api: Caller, real: dict[str, Any], mode: GenerationMode) -> None:
    turns = count()

    @settings(
        max_examples=EXAMPLES[mode],
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def tried(case: Any) -> None:
        for part in (case.path_parameters, case.query, case.body):
            if isinstance(part, dict) and next(turns) % 2:
                part.update({name: value for name, value in real.items() if name in part})
        response = case.call(headers=api.headers)
        case.validate_response(response, checks=CHECKS)

    tried()
