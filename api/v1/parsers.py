"""JSON as RFC 8259 has it: UTF-8, no NaN, no half characters, no depth that would exhaust the parser."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from api.v1.problems import Problem


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


class StrictJSONParser(BaseParser):
    """Every refusal is a ParseError with a French sentence; what is too large is not read to its end."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise Problem(413, "too_large", "Ce contenu est trop grand.")
        try:
            data = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
            if b"\\u" in body:
                json.dumps(data, ensure_ascii=False).encode("utf-8")  # refuses half of a pair of surrogates
        except RecursionError as error:
            raise ParseError("Ce JSON a trop de niveaux.", code="malformed") from error
        except UnicodeError as error:
            raise ParseError("Le JSON doit être en UTF-8, sans caractère incomplet.", code="malformed") from error
        except ValueError as error:
            raise ParseError("Ce contenu n’est pas du JSON valable.", code="malformed") from error
        return data
