"""OVHcloud SMS, through its REST API.

Sources, read on 2026-11-23 (guides: github.com/ovh/docs, pages/web_cloud/messaging/sms/):
- sending, tag, replies asked for or fetched: api_sms_cookbook (2018-03-26) and envoyer_des_sms_avec_lapi_ovh_en_php,
  which shows the answer; the fields of Outgoing, Job and Incoming: the schema https://eu.api.ovh.com/1.0/sms.json, as
  the package @ovh-api/sms holds it;
- report addresses, PTT codes, states of a report: tout_savoir_sur_les_utilisateurs_sms, step 5 (2022-08-05);
- replies (a short number of five digits, for 48 hours, France): gerer_les_sms_avec_reponse (2023-12-29).
What a refusal says is not documented: it is read from its status and from the words of its `message`.

Nothing that OVHcloud calls back with is signed: reports come with our key in their address, and replies are fetched.
"""

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from reminders.providers.base import (
    AccountError,
    DeliveryState,
    Found,
    Inbound,
    OutOfCredit,
    PermanentError,
    Problem,
    ProviderError,
    Sent,
    StatusUpdate,
    TransientError,
    e164,
    tag_of,
)
from reminders.providers.http import Answer, Rest
from reminders.providers.ovh_codes import PROBLEMS, STATES
from reminders.texts import gsm7

BASE_URL = "https://eu.api.ovh.com/1.0"
# Their clock is read again after that many seconds.
CLOCK_KEPT = 600
# A message that has just been taken is a job for a moment; so many are looked through.
JOBS_READ = 20


class OvhProvider:
    """One SMS account (``sms-ab12345-1``) behind one application's keys."""

    name = "ovh"

    def __init__(
        self, *, application_key: str, application_secret: str, consumer_key: str, service: str, base_url: str = ""
    ) -> None:
        self._key, self._secret, self._consumer = application_key, application_secret, consumer_key
        self._root = f"/sms/{service}"
        self._rest = Rest(base_url or BASE_URL, stand_in=bool(base_url))
        self._drift = 0.0
        self._drift_read_at: float | None = None

    def send(self, *, to: str, body: str, sender: str, reference: str, status_url: str = "") -> Sent:
        """Hand one SMS over. Without a sender a short number is lent, that can be answered for 48 hours.

        Reports go to the address configured for the account, never to ``status_url``.
        """
        job = {
            "message": body,
            "receivers": [to],
            "charset": "UTF-8",
            "coding": "7bit" if gsm7.count(body).encoding == "gsm7" else "8bit",
            "noStopClause": True,
            "priority": "high",
            "tag": tag_of(reference),
            **({"sender": sender} if sender else {"senderForResponse": True}),
        }
        answer = self._post(f"{self._root}/jobs", job)
        if not answer.ok:
            raise _failure(answer)
        taken = answer.fields.get("ids") or []
        if not taken or answer.fields.get("invalidReceivers"):
            raise PermanentError("invalid_receiver", Problem.INVALID_NUMBER)
        return Sent(str(taken[0]), segments=int(answer.fields.get("totalCreditsRemoved") or 0) or None)

    def look_up(
        self, *, provider_id: str = "", reference: str = "", to: str = "", body: str = "", since: datetime | None = None
    ) -> Found | None:
        """What became of a message, by its id, else the newest that carries our tag."""
        if provider_id:
            known = self._get(f"{self._root}/outgoing/{provider_id}")
            return _found(known.fields) if known else self._job(provider_id)
        tagged = self._get(f"{self._root}/outgoing", {"tag": tag_of(reference)}) if reference else None
        if tagged and tagged.body:
            newest = self._get(f"{self._root}/outgoing/{max(tagged.body)}")
            return _found(newest.fields) if newest else None
        return self._waiting(to, body)

    def read_status(self, form: Mapping[str, Any]) -> StatusUpdate | None:
        """A report: ``id``, ``ptt`` and ``description`` (the state of the report) in the address."""
        provider_id = str(form.get("id", ""))
        state = STATES.get(str(form.get("description", "")))
        if not provider_id or state is None:
            return None
        ptt = str(form.get("ptt", ""))
        problem = PROBLEMS.get(ptt, Problem.UNREACHABLE) if state is DeliveryState.FAILED else None
        return StatusUpdate(provider_id, state, ptt if problem else "", problem)

    def read_inbound(self, form: Mapping[str, str]) -> Inbound | None:
        """Nothing: a call without a signature only says that there is something to fetch."""
        return None

    def incoming(self, *, since: datetime) -> Sequence[Inbound]:
        """Replies; the number that was answered is not told."""
        listed = self._get(f"{self._root}/incoming", {"creationDatetime.from": since.isoformat(timespec="seconds")})
        rows = [self._get(f"{self._root}/incoming/{pk}") for pk in sorted(listed.body or [])] if listed else []
        found = [row.fields for row in rows if row]
        return [Inbound(str(one["id"]), e164(str(one["sender"])), "", str(one["message"])) for one in found]

    def credit(self) -> float | None:
        """SMS credits left."""
        account = self._get(self._root)
        left = account.fields.get("creditsLeft") if account else None
        return float(left) if left is not None else None

    def _job(self, pk: object) -> Found | None:
        job = self._get(f"{self._root}/jobs/{pk}")
        return Found(str(pk), DeliveryState.SENT) if job else None

    def _waiting(self, to: str, body: str) -> Found | None:
        listed = self._get(f"{self._root}/jobs")
        for pk in sorted(listed.body or [], reverse=True)[:JOBS_READ] if listed else ():
            job = self._get(f"{self._root}/jobs/{pk}")
            if job and (e164(str(job.fields.get("receiver"))), job.fields.get("message")) == (to, body):
                return Found(str(pk), DeliveryState.SENT)
        return None

    def _post(self, path: str, payload: dict[str, Any]) -> Answer:
        url, body = self._rest.url(path), json.dumps(payload)
        return self._rest.post(url, body=body, headers=self._signed("POST", url, body))

    def _get(self, path: str, query: Mapping[str, object] | None = None) -> Answer | None:
        """None where there is nothing of that name."""
        url = self._rest.url(path, query)
        answer = self._rest.get(url, headers=self._signed("GET", url, ""))
        if answer.status == 404:
            return None
        if not answer.ok:
            raise _failure(answer) if answer.status in {401, 403} else TransientError(str(answer.status))
        return answer

    def _signed(self, method: str, url: str, body: str) -> dict[str, str]:
        """A request is signed with their time, in seconds."""
        at = str(int(time.time() + self._clock_drift()))
        text = f"{self._secret}+{self._consumer}+{method}+{url}+{body}+{at}"
        # SHA-1 is what their API asks for; it protects nothing of ours.
        digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        return {
            "X-Ovh-Application": self._key,
            "X-Ovh-Consumer": self._consumer,
            "X-Ovh-Timestamp": at,
            "X-Ovh-Signature": f"$1${digest}",
        }

    def _clock_drift(self) -> float:
        """Their clock less ours: a machine that is late would be refused."""
        if self._drift_read_at is None or time.monotonic() - self._drift_read_at > CLOCK_KEPT:
            answer = self._rest.get(self._rest.url("/auth/time"), headers={})
            if not isinstance(answer.body, int):
                raise TransientError("no_time")
            self._drift, self._drift_read_at = answer.body - time.time(), time.monotonic()
        return self._drift


def _found(message: Mapping[str, Any]) -> Found:
    state = STATES.get(str(message.get("deliveryReceipt")), DeliveryState.SENT)
    return Found(str(message["id"]), state, str(message.get("ptt", "")) if state is DeliveryState.FAILED else "")


def _failure(answer: Answer) -> ProviderError:
    code, reason = str(answer.status), answer.text("message")
    words = reason.lower()
    if answer.status == 402 or "credit" in words:
        return OutOfCredit(code, reason)
    if answer.status in {401, 403, 404} or any(word in words for word in ("sender", "signature", "timestamp")):
        return AccountError(answer.text("errorCode") or code, reason)
    if "receiver" in words:
        return PermanentError(code, Problem.INVALID_NUMBER, reason)
    return PermanentError(code, Problem.REFUSED, reason)
