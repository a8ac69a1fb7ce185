-- What families gave back before its hour: cancelled by them, or moved by them. Time that the service took back can't be
-- filled. A slot was filled if another family's appointment with the same agent stands on it, which took its place
-- afterwards: a family that comes back to the hour that it had given up fills nothing. It was filled by an offer if the
-- appointment stands where that offer placed it.
WITH freed AS (
  SELECT appointment.id AS appointment_id, appointment.organisation_id, appointment.type_id, part.agent_id, part.starts_at, part.ends_at,
         appointment.cancelled_at AS freed_at,
         COALESCE(NULLIF(location.time_zone, ''), NULLIF(organisation.time_zone, ''), territory.time_zone) AS zone
  FROM rdv_appointment appointment
  JOIN rdv_location location ON location.id = appointment.location_id
  JOIN rdv_organisation organisation ON organisation.id = location.organisation_id
  JOIN rdv_territory territory ON territory.id = appointment.territory_id
  JOIN rdv_appointmentagent part ON part.appointment_id = appointment.id
  WHERE appointment.territory_id = %(territory)s
    AND appointment.starts_at >= %(since)s AND appointment.starts_at < %(until)s AND appointment.status = 'excused' AND NOT appointment.is_collective
    AND appointment.cancelled_at < part.starts_at
  UNION ALL
  SELECT appointment.id, (event.detail->>'organisation')::bigint, appointment.type_id, (left_behind->>'agent')::bigint,
         (left_behind->>'start')::timestamptz, (left_behind->>'end')::timestamptz, event.at, event.detail->>'zone'
  FROM rdv_appointmentevent event
  JOIN rdv_appointment appointment ON appointment.id = event.appointment_id
  CROSS JOIN LATERAL jsonb_array_elements(event.detail->'freed') left_behind
  WHERE event.verb = 'moved' AND event.actor_kind = 'family' AND event.detail ? 'freed'
    AND appointment.territory_id = %(territory)s AND NOT appointment.is_collective
    AND event.at >= %(since)s - INTERVAL '1 year' AND event.at < %(until)s
    AND (left_behind->>'start')::timestamptz >= %(since)s AND (left_behind->>'start')::timestamptz < %(until)s
    AND event.at < (left_behind->>'start')::timestamptz
), first_time AS (
  SELECT DISTINCT ON (agent_id, starts_at) * FROM freed ORDER BY agent_id, starts_at, freed_at
)
INSERT INTO rdv_freedslot
  (territory_id, organisation_id, type_id, agent_id, day, starts_at, freed_at, filled_at, is_filled_by_offer)
SELECT %(territory)s, slot.organisation_id, slot.type_id, slot.agent_id, (slot.starts_at AT TIME ZONE slot.zone)::date,
       slot.starts_at, slot.freed_at, taken.at, COALESCE(taken.by_offer, false)
FROM first_time slot
LEFT JOIN LATERAL (
  SELECT COALESCE(placed.at, appointment.booked_at) AS at,
         EXISTS (
           SELECT FROM rdv_offer offer
           JOIN rdv_offerround offered ON offered.id = offer.round_id
           JOIN rdv_appointmentagent placed_with
             ON placed_with.appointment_id = appointment.id AND placed_with.agent_id = offered.agent_id
           WHERE offer.appointment_id = appointment.id AND offer.status = 'accepted'
             AND offered.starts_at = appointment.starts_at
         ) AS by_offer
  FROM rdv_appointmentagent part
  JOIN rdv_appointment appointment ON appointment.id = part.appointment_id
  LEFT JOIN LATERAL (
    SELECT max(event.at) AS at FROM rdv_appointmentevent event
    WHERE event.appointment_id = appointment.id AND event.verb = 'moved'
  ) placed ON true
  WHERE part.agent_id = slot.agent_id AND part.starts_at < slot.ends_at AND part.ends_at > slot.starts_at
    AND part.starts_at > slot.starts_at - INTERVAL '1 day'
    AND appointment.status IN ('unknown', 'seen', 'noshow')
    AND COALESCE(placed.at, appointment.booked_at) > slot.freed_at
    AND appointment.id <> slot.appointment_id
    AND NOT EXISTS (
      SELECT FROM rdv_participation again
      JOIN rdv_participation had ON had.appointment_id = slot.appointment_id AND had.family_id = again.family_id
      WHERE again.appointment_id = appointment.id
    )
  ORDER BY 1 LIMIT 1
) taken ON true
WHERE (slot.starts_at AT TIME ZONE slot.zone)::date BETWEEN %(first)s AND %(last)s
