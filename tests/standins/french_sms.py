"""OVHcloud, Brevo and smsmode as their documentation shows them: what they take, keep and answer.

Sources: those of the adapters in `reminders/providers`.
"""

import hashlib
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.standins.rest import Call, Reply

OVH_KEYS = {"application_key": "ak", "application_secret": "as", "consumer_key": "ck", "service": "sms-ab12345-1"}
# Far from this machine's: a client that signs with its own clock is refused.
OVH_DRIFT = 4000


@dataclass
class OvhWorld:
    """One SMS account: jobs become outgoing messages at once."""

    outgoing: dict[int, dict[str, Any]] = field(default_factory=dict)
    jobs: dict[int, dict[str, Any]] = field(default_factory=dict)
    incoming: dict[int, dict[str, Any]] = field(default_factory=dict)
    credits: float = 950.0

    def answer(self, call: Call) -> Reply:
        if call.path == "/auth/time":
            return Reply(body=int(time.time()) + OVH_DRIFT)
        if not self._signed(call):
            body = {"class": "Client::BadRequest", "message": "Invalid signature", "errorCode": "INVALID_SIGNATURE"}
            return Reply(400, body)
        path = call.path.removeprefix(f"/sms/{OVH_KEYS['service']}")
        if (call.method, path) == ("POST", "/jobs"):
            return self._take(call.json)
        if path == "":
            return Reply(body={"creditsLeft": self.credits, "name": OVH_KEYS["service"], "status": "enable"})
        _, kind, *rest = path.split("/")
        rows = {"outgoing": self.outgoing, "jobs": self.jobs, "incoming": self.incoming}[kind]
        if not rest:
            tag = call.query.get("tag")
            return Reply(body=[pk for pk, row in rows.items() if tag is None or row["tag"] == tag])
        row = rows.get(int(rest[0]))
        return Reply(body=row) if row else Reply(404, {"message": "The requested object does not exist"})

    def _take(self, job: dict[str, Any]) -> Reply:
        pk = 26929925 + len(self.outgoing) + len(self.jobs)
        number = job["receivers"][0]
        if not number.startswith("+336"):
            refused = {"totalCreditsRemoved": 0, "invalidReceivers": [number], "ids": [], "validReceivers": []}
            return Reply(body=refused)
        self.outgoing[pk] = {
            "id": pk,
            "receiver": number,
            "message": job["message"],
            "tag": job["tag"],
            "sender": job.get("sender", "36111"),
            "deliveryReceipt": 0,
            "ptt": 1000,
        }
        taken = {"totalCreditsRemoved": 1, "invalidReceivers": [], "ids": [pk], "validReceivers": [number]}
        return Reply(body=taken)

    def _signed(self, call: Call) -> bool:
        at = call.headers["X-Ovh-Timestamp"]
        text = f"as+ck+{call.method}+{call.url}+{call.text}+{at}"
        right = f"$1${hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()}"
        ours = call.headers["X-Ovh-Application"] == "ak" and call.headers["X-Ovh-Signature"] == right
        return ours and abs(int(at) - time.time() - OVH_DRIFT) < 30


@dataclass
class BrevoWorld:
    """One account: each message leaves an event."""

    events: list[dict[str, Any]] = field(default_factory=list)
    credits: float = 82.85

    def answer(self, call: Call) -> Reply:
        if call.headers["api-key"] != "xkeysib-essai":
            return Reply(401, {"code": "unauthorized", "message": "Key not found"})
        match call.method, call.path:
            case "POST", "/transactionalSMS/send":
                return self._take(call.json)
            case "GET", "/transactionalSMS/statistics/events":
                wanted = {"phoneNumber": call.query.get("phoneNumber"), "event": call.query.get("event")}
                kept = [e for e in self.events if all(v is None or e[k] == v for k, v in wanted.items())]
                return Reply(body={"events": kept[: int(call.query["limit"])]} if kept else {})
            case "GET", "/account":
                plan = [{"type": "free", "credits": 300}, {"type": "sms", "credits": self.credits}]
                return Reply(body={"email": "x@exemple.test", "plan": plan})
        return Reply(404, {"code": "document_not_found", "message": "Not found"})

    def _take(self, message: dict[str, Any]) -> Reply:
        if not message["recipient"].startswith("336"):
            return Reply(400, {"code": "invalid_parameter", "message": "Invalid phone number"})
        pk = 1511882900176220 + len(self.events)
        self.happens("sent", pk, message["recipient"], tag=message["tag"])
        answer = {"reference": uuid4().hex, "messageId": pk, "smsCount": 1, "usedCredits": 0.7}
        return Reply(201, {**answer, "remainingCredits": self.credits})

    def happens(self, event: str, pk: int, phone: str, **more: str) -> None:
        row = {"phoneNumber": phone, "date": "2026-11-23T08:00:00Z", "messageId": str(pk), "event": event, **more}
        self.events.insert(0, row)


@dataclass
class SmsmodeWorld:
    """One channel with its messages."""

    messages: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, call: Call) -> Reply:
        if call.headers["X-Api-Key"] != "cle-essai":
            return Reply(401, {"status": 401, "title": "Unauthorized", "message": "Invalid API key"})
        if call.method == "POST" and call.path == "/sms/v1/messages":
            return self._take(call.json)
        if call.path == "/sms/v1/messages":
            direction, ref = call.query.get("direction", "MT"), call.query.get("refClient")
            kept = [m for m in self.messages if m["direction"] == direction and ref in (None, m.get("refClient"))]
            return Reply(body={"items": kept})
        pk = call.path.removeprefix("/sms/v1/messages/")
        row = next((m for m in self.messages if m["messageId"] == pk), None)
        return Reply(body=row) if row else Reply(404, {"title": "Not Found", "message": "No such message"})

    def _take(self, message: dict[str, Any]) -> Reply:
        if not message["recipient"]["to"].startswith("336"):
            body = {"title": "Bad Request", "message": "Invalid recipient", "errorCode": "INVALID_RECIPIENT"}
            return Reply(400, body)
        text = message["body"]
        row = {
            "messageId": str(uuid4()),
            "acceptedAt": f"2026-11-23T09:00:{len(self.messages):02}",
            "channel": {"channelId": str(uuid4()), "name": "rdv", "type": "SMS", "flow": "TRANSACTIONAL"},
            "type": "SMS",
            "direction": "MT",
            "recipient": message["recipient"],
            "from": message.get("from", "36034"),
            "refClient": message["refClient"],
            "body": {**text, "messagePartCount": 1, "length": len(text["text"])},
            "status": {"deliveryDate": "2026-11-23T09:00:00", "value": "ENROUTE"},
        }
        self.messages.append(row)
        return Reply(201, row)

    def replies(self, phone: str, text: str) -> str:
        """A reply; its id."""
        row = {
            "messageId": str(uuid4()),
            "direction": "MO",
            "from": phone,
            "recipient": {"to": "36034"},
            "body": {"text": text},
        }
        self.messages.append(row)
        return str(row["messageId"])
