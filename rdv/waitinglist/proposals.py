"""Choose the next families of a round and make their offers, with a log that explains every choice."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from rdv.booking.events import OfferMade, publish
from rdv.models import Family, Offer, OfferRound
from rdv.models.actor import Actor
from rdv.waitinglist.batches import deadline
from rdv.waitinglist.candidates import load, offers_of_families
from rdv.waitinglist.eligibility import Candidate, Opportunity, Skip, why_enough_offers, why_not_offered
from rdv.waitinglist.freed import FreedSlot
from rdv.waitinglist.ranking import Ranked, rank
from rdv.waitinglist.seats import FreedSeats

# Families whose caps another round fills at the same instant are replaced from these.
SPARE = 5
SKIPS_KEPT = 200
DIGITS, LETTERS = "2345679", "ACDEFJKLMNPRTUVWXY"
CODES = len(DIGITS) * len(LETTERS) * len(DIGITS)

Choice = tuple[Ranked, Candidate]
Passed = tuple[Ranked, Skip]


def propose(round_: OfferRound, slot: FreedSlot | FreedSeats, size: int, *, now: datetime) -> list[Offer]:
    """Offer the slot to the best `size` eligible families; fewer, or none, when there are no more.

    The round is locked; the families are locked while their caps are counted again, so that two rounds never offer
    more than the caps to the same one.
    """
    candidates, opportunity = who_and_what(round_, slot, now=now)
    chosen, skipped = _out_of_turn(round_, candidates, opportunity, now)
    if not chosen:
        eligible, skipped = sift(candidates, opportunity, round_.seed, size + SPARE, now)
        within, beyond = _within_caps(eligible, now)
        chosen, skipped = within[:size], [*skipped, *beyond]
    if chosen:
        round_.batches += 1
    offers = _make(round_, chosen, now)
    last = chosen[-1][0].position if chosen else None
    # That there was again nobody to ask is said once.
    if chosen or not round_.log or round_.log[-1].get("batch", 0) is not None:
        round_.log = [*round_.log, _line(round_, now, size, chosen, skipped, last, len(candidates))]
    round_.save(update_fields=["batches", "log"])
    for offer in Offer.objects.with_all().filter(pk__in=[made.pk for made in offers]).order_by("rank"):
        publish(OfferMade(at=now, by=Actor.system(), offer=offer))
    return offers


def awaits_other_answers(round_: OfferRound, slot: FreedSlot | FreedSeats, *, now: datetime) -> bool:
    """Whether a family would be asked, had it not another offer to answer first."""
    candidates, opportunity = who_and_what(round_, slot, now=now)
    _, skipped = sift(candidates, opportunity, round_.seed, len(candidates), now)
    return any(reason is Skip.HAS_AN_OFFER for _, reason in skipped)


def who_and_what(
    round_: OfferRound, slot: FreedSlot | FreedSeats, *, now: datetime
) -> tuple[dict[int, Candidate], Opportunity]:
    """Everybody who waits for the type, by entry, and the slot as eligibility sees it."""
    interval_matters = bool(slot.rules.minimum_interval_days)
    loaded = load(round_, zone=slot.location.zone, interval_matters=interval_matters, now=now)
    return {one.entry: one for one in loaded}, slot.opportunity(given_back_by=_given_back_by(round_))


def _given_back_by(round_: OfferRound) -> set[int]:
    if round_.freed_by is None:
        return set()
    return set(round_.freed_by.participations.values_list("family_id", flat=True))


def sift(
    candidates: dict[int, Candidate], slot: Opportunity, seed: int, enough: int, now: datetime
) -> tuple[list[Choice], list[Passed]]:
    """The first eligible ones in the published order, and who was passed over on the way."""
    eligible: list[Choice] = []
    skipped: list[Passed] = []
    for ranked in rank((one.standing for one in candidates.values()), seed):
        one = candidates[ranked.entry]
        reason = why_not_offered(one, slot, now)
        if reason is not None:
            skipped.append((ranked, reason))
            continue
        eligible.append((ranked, one))
        if len(eligible) == enough:
            break
    return eligible, skipped


def _out_of_turn(
    round_: OfferRound, candidates: dict[int, Candidate], slot: Opportunity, now: datetime
) -> tuple[list[Choice], list[Passed]]:
    """The family to which an agent offers the slot first, alone, and who is passed over for it; nobody afterwards."""
    if round_.first_entry_id is None or round_.batches:
        return [], []
    eligible, skipped = sift(candidates, slot, round_.seed, len(candidates), now)
    first, _ = _within_caps([one for one in eligible if one[0].entry == round_.first_entry_id], now)
    before = [ranked for ranked, _ in eligible if first and ranked.position < first[0][0].position]
    skipped += [(ranked, Skip.AFTER_ANOTHER) for ranked in before]
    return first, skipped


def _within_caps(eligible: Sequence[Choice], now: datetime) -> tuple[list[Choice], list[Passed]]:
    """Those whom another round has not asked at this very instant, and those whom it has."""
    wanted = sorted({one.family for _, one in eligible})
    locked = Family.objects.filter(pk__in=wanted).order_by("pk").select_for_update(of=("self",), no_key=True)
    caps = offers_of_families(Q(family__in=[family.pk for family in locked]), now=now)
    within: list[Choice] = []
    beyond: list[Passed] = []
    for ranked, one in eligible:
        reason = why_enough_offers(*caps.get(one.family, (0, 0)))
        if reason is None:
            within.append((ranked, one))
        else:
            beyond.append((ranked, reason))
    return within, beyond


def _make(round_: OfferRound, chosen: Sequence[Choice], now: datetime) -> list[Offer]:
    pending = Offer.objects.pending().filter(round__territory=round_.territory_id)
    codes = set(pending.values_list("code", flat=True)) if chosen else set()
    offers = []
    for ranked, one in chosen:
        code = _code(codes)
        codes.add(code)
        latest = min(round_.closes_at, round_.starts_at - one.notice)
        until = (
            latest
            if round_.standby
            else deadline(now, round_.starts_at, latest=latest, sending=round_.location.sending)
        )
        offers.append(
            Offer.unsaved(
                round=round_,
                entry_id=one.entry,
                family_id=one.family,
                rank=ranked.position,
                batch=round_.batches,
                explanation=_explanation(round_, ranked),
                code=code,
                made_at=now,
                expires_at=until,
            )
        )
    return Offer.objects.bulk_create(offers)


def _explanation(round_: OfferRound, ranked: Ranked) -> dict[str, Any]:
    """Why it was its turn, or for what reason an agent did not wait for it."""
    kept = ranked.explanation()
    before_its_turn = ranked.entry == round_.first_entry_id and round_.batches == 1
    return {**kept, "out_of_turn": round_.reason} if before_its_turn else kept


def _code(taken: set[str]) -> str:
    """Digit, letter, digit: read aloud without doubt, and neither an hour nor a word. "4F7"."""
    while True:
        code = secrets.choice(DIGITS) + secrets.choice(LETTERS) + secrets.choice(DIGITS)
        # Families are told apart by their number; the code alone helps whoever reads it aloud.
        if code not in taken or len(taken) >= CODES:
            return code


def _line(
    round_: OfferRound,
    now: datetime,
    size: int,
    chosen: Sequence[Choice],
    skipped: Sequence[Passed],
    last: int | None,
    waiting: int,
) -> dict[str, Any]:
    """One line of the log: who was asked, who ranked before the last of them and was not, and why."""
    passed = sorted(skipped, key=lambda one: one[0].position)
    before = [(ranked, why) for ranked, why in passed if last is None or ranked.position < last]
    return {
        "at": now.isoformat(),
        "batch": round_.batches if chosen else None,
        "size": size,
        "waiting": waiting,
        "chosen": [{"entry": ranked.entry, "rank": ranked.position, **ranked.explanation()} for ranked, _ in chosen],
        "skipped": [{"entry": r.entry, "rank": r.position, "reason": why} for r, why in before[:SKIPS_KEPT]],
        "skipped_in_all": len(before),
    }
