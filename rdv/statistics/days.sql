-- What became of the appointments of each local day, type and organisation; a workshop counts each person.
WITH during AS (
  SELECT appointment.*,
    (appointment.starts_at AT TIME ZONE
      COALESCE(NULLIF(location.time_zone, ''), NULLIF(organisation.time_zone, ''), territory.time_zone))::date AS day
  FROM rdv_appointment appointment
  JOIN rdv_location location ON location.id = appointment.location_id
  JOIN rdv_organisation organisation ON organisation.id = location.organisation_id
  JOIN rdv_territory territory ON territory.id = appointment.territory_id
  WHERE appointment.territory_id = %(territory)s
    AND appointment.starts_at >= %(since)s AND appointment.starts_at < %(until)s
), one AS (
  SELECT organisation_id, type_id, channel, day, status, is_late FROM during WHERE NOT is_collective
  UNION ALL
  SELECT organisation_id, type_id, channel, day, seat.status, seat.is_late
  FROM during
  JOIN (
    SELECT appointment_id, status, is_late FROM rdv_participation
    UNION ALL SELECT appointment_id, status, is_late FROM rdv_anonymousparticipation
  ) seat ON seat.appointment_id = during.id
  WHERE is_collective
)
INSERT INTO rdv_dayfigures
  (territory_id, organisation_id, type_id, day, seen, noshow, excused, late, revoked, pending, online)
SELECT %(territory)s, organisation_id, type_id, day,
  count(*) FILTER (WHERE status = 'seen'),
  count(*) FILTER (WHERE status = 'noshow'),
  count(*) FILTER (WHERE status = 'excused' AND NOT is_late),
  count(*) FILTER (WHERE status = 'excused' AND is_late),
  count(*) FILTER (WHERE status = 'revoked'),
  count(*) FILTER (WHERE status = 'unknown'),
  count(*) FILTER (WHERE channel IN ('web', 'sms', 'email', 'offer'))
FROM one WHERE day BETWEEN %(first)s AND %(last)s
GROUP BY organisation_id, type_id, day
