-- What rules, lists and exports read. SQL functions in use: today(), civil(),
-- folded_words(), concat_text(); see connection.py.

-- Addresses and numbers as they are shown.
CREATE VIEW channels AS
SELECT contact_id, 'email' AS channel, position, address AS shown, label, verified_on, dead_on FROM email
UNION ALL SELECT contact_id, 'phone', position, iif(extension IS NULL, number, number || ' ext ' || extension), label, verified_on, dead_on FROM phone;

CREATE VIEW contacts AS
SELECT
  c.id, c.uid, c.name, c.given, c.family,
  o.name AS company, c.company_id, c.title,
  (SELECT address FROM email WHERE contact_id = c.id ORDER BY position LIMIT 1) AS email,
  (SELECT json_group_array(address) FROM (SELECT address FROM email WHERE contact_id = c.id ORDER BY position)) AS emails,
  (SELECT number FROM phone WHERE contact_id = c.id ORDER BY position LIMIT 1) AS phone,
  (SELECT json_group_array(iif(extension IS NULL, number, number || ' ext ' || extension)) FROM (SELECT number, extension FROM phone WHERE contact_id = c.id ORDER BY position)) AS phones,
  (SELECT json_group_array(url) FROM (SELECT url FROM link WHERE contact_id = c.id ORDER BY position)) AS urls,
  c.address_label, c.address, c.city, c.region, c.postcode, c.country, c.birthday,
  (SELECT json_group_array(kind || '=' || date || iif(notice IS NULL, '', '/' || notice || 'd')) FROM (SELECT kind, date, notice FROM key_date WHERE contact_id = c.id ORDER BY kind, date)) AS dates,
  c.language, c.currency, c.channel, c.lifecycle, c.cadence,
  (SELECT json_group_array(name) FROM (SELECT t.name FROM contact_tag x JOIN tag t ON t.id = x.tag_id WHERE x.contact_id = c.id ORDER BY t.key)) AS tags,
  c.source, c.referred_by, c.note, c.do_not_contact, c.verified_on, c.notice_on, c.created_at, c.updated_at, c.archived_at,
  (SELECT json_group_array(item) FROM (SELECT basis || '=' || given_on || iif(withdrawn_on IS NULL, '', '..' || withdrawn_on) || iif(source IS NULL, '', '/' || source) AS item
    FROM consent WHERE contact_id = c.id ORDER BY given_on, basis, id)) AS consents,
  (SELECT json_group_array(item) FROM (SELECT shown || '=' || verified_on AS item FROM channels WHERE contact_id = c.id AND verified_on IS NOT NULL ORDER BY channel, position)) AS verified_channels,
  (SELECT json_group_array(item) FROM (SELECT shown || '=' || dead_on AS item FROM channels WHERE contact_id = c.id AND dead_on IS NOT NULL ORDER BY channel, position)) AS dead_channels,
  (SELECT json_group_object(shown, label) FROM (SELECT shown, label FROM channels WHERE contact_id = c.id AND channel = 'email' AND label IS NOT NULL ORDER BY position)) AS email_labels,
  (SELECT json_group_object(shown, label) FROM (SELECT shown, label FROM channels WHERE contact_id = c.id AND channel = 'phone' AND label IS NOT NULL ORDER BY position)) AS phone_labels,
  s.last_on AS last, s.last_at, s.last_id,
  (SELECT kind FROM interaction WHERE id = s.last_id) AS last_kind,
  (SELECT direction FROM interaction WHERE id = s.last_id) AS last_direction,
  (SELECT coalesce(nullif(text, ''), subject) FROM interaction WHERE id = s.last_id) AS last_text,
  s.first_on, s.last_in_at, s.last_out_at, s.heard_at, s.unanswered, s.touches,
  s.next_due AS next, s.next_id,
  s.value, s.orders, s.first_order_on, s.last_order_on, s.order_gap, s.order_cv, s.next_order_on,
  CAST(julianday(today()) - julianday(s.last_on) AS INTEGER) AS quiet,
  s.cadence AS beat, s.stale_on,
  (SELECT json_group_object(name, value) FROM (SELECT f.name, x.value FROM contact_field x JOIN field f ON f.id = x.field_id WHERE x.contact_id = c.id ORDER BY f.key)) AS custom
FROM contact c
LEFT JOIN company o ON o.id = c.company_id
LEFT JOIN contact_stats s ON s.contact_id = c.id;

-- Who may be reminded of: neither archived nor do-not-contact. Rules that ask for a touch start from here. Only what
-- they ask of a person: each of them has it prepared anew every morning, and the lists of contacts cost a third of a rule.
CREATE VIEW people AS
SELECT c.id, c.name, c.company_id, c.birthday, c.channel, c.lifecycle, c.source, c.referred_by, c.notice_on, c.created_at,
  s.last_on AS last, s.last_at, (SELECT kind FROM interaction WHERE id = s.last_id) AS last_kind,
  s.first_on, s.last_in_at, s.last_out_at, s.heard_at, s.spoke_at, s.word_at, s.unanswered, s.touches, s.next_due AS next,
  CAST(julianday(today()) - julianday(s.last_on) AS INTEGER) AS quiet, s.cadence AS beat, s.stale_on
FROM contact c
LEFT JOIN contact_stats s ON s.contact_id = c.id
WHERE c.archived_at IS NULL AND c.do_not_contact = 0;

-- Who is not to be contacted, archived or not.
CREATE VIEW silent AS SELECT id, name, key FROM contact WHERE do_not_contact;
-- E-mails and phones that one of these has too, whose name is by_name; such as those of a second entry. One number is of
-- many people, as that of a switchboard: only under the same name it is the same person's.
CREATE VIEW refused AS
SELECT x.contact_id, 'email' AS channel, x.position, x.dead_on, d.name AS by_name
FROM email x CROSS JOIN email o ON o.key = x.key AND o.id <> x.id CROSS JOIN silent d ON d.id = o.contact_id
UNION ALL
SELECT x.contact_id, 'phone', x.position, x.dead_on, d.name
FROM phone x CROSS JOIN phone o ON o.key = x.key AND o.id <> x.id CROSS JOIN silent d ON d.id = o.contact_id
  CROSS JOIN contact c ON c.id = x.contact_id AND c.key = d.key;
-- Who has e-mails or phones that work, all of which are refused; once for each. The CASE has the rest asked only then.
CREATE VIEW barred AS
SELECT r.contact_id, r.channel, r.by_name FROM refused r
WHERE r.dead_on IS NULL AND CASE WHEN r.by_name IS NOT NULL THEN
  NOT EXISTS (SELECT 1 FROM email h WHERE h.contact_id = r.contact_id AND h.dead_on IS NULL AND NOT EXISTS (
    SELECT 1 FROM refused q WHERE q.contact_id = h.contact_id AND q.channel = 'email' AND q.position = h.position))
  AND NOT EXISTS (SELECT 1 FROM phone h WHERE h.contact_id = r.contact_id AND h.dead_on IS NULL AND NOT EXISTS (
    SELECT 1 FROM refused q WHERE q.contact_id = h.contact_id AND q.channel = 'phone' AND q.position = h.position))
END;

-- The summaries alone, for what an index of theirs answers.
CREATE VIEW summaries AS
SELECT contact_id, touches, last_on AS last, last_at, last_in_at, last_out_at, heard_at, spoke_at, word_at, unanswered, next_due AS next,
  value, deals, pipeline, close_on, moved_on, rot_on, quoted_on, valid_until, first_due, cadence AS beat, stale_on,
  orders, first_order_on, last_order_on, order_gap, order_cv, next_order_on
FROM contact_stats;

CREATE VIEW interactions AS
SELECT i.id, i.uid, i.kind, i.at, i.direction, i.subject, i.text, i.amount, i.currency, i.duration, i.deal_id AS deal, i.source,
  k.touch IS NOT 0 AS touch,
  (SELECT json_group_array(contact_id) FROM (SELECT contact_id FROM participant WHERE interaction_id = i.id ORDER BY contact_id)) AS contacts
FROM interaction i LEFT JOIN kind k ON k.name = i.kind;

-- One row for each person of each interaction.
CREATE VIEW timeline AS
SELECT p.contact_id, i.id, i.uid, i.kind, i.at, i.direction, i.subject, i.text, i.amount, i.currency, i.duration, i.deal_id, i.source,
  k.touch IS NOT 0 AS touch
FROM participant p JOIN interaction i ON i.id = p.interaction_id LEFT JOIN kind k ON k.name = i.kind;

CREATE VIEW follow_ups AS
SELECT f.id, f.uid, f.contact_id, f.due, f.text, f.every, f.anchor, f.done_at, f.snoozed_until, f.snooze_reason, f.source, f.set_by, f.done_by, f.created_at
FROM follow_up f;

-- touched_at and heard_at are of what was logged with the deal, with whomever.
-- person_id is whom to ask: the contact, else who of the company may be contacted and was spoken to last.
CREATE VIEW deals AS
SELECT d.id, d.uid, d.title, d.contact_id,
  coalesce(d.contact_id, (SELECT c.id FROM contact c LEFT JOIN contact_stats s ON s.contact_id = c.id
    WHERE c.company_id = d.company_id AND c.archived_at IS NULL ORDER BY c.do_not_contact, s.last_on DESC, c.id LIMIT 1)) AS person_id, d.company_id, o.name AS company, d.stage, d.amount, d.currency,
  coalesce(d.probability, g.probability) AS probability, d.close, d.stage_since,
  coalesce(d.quoted_on, iif(g.quote, civil(d.stage_since), NULL)) AS quoted_on, d.valid_until, d.won_at, d.lost_at, d.reason, g.rot, g.quote,
  (SELECT max(i.at) FROM interaction i LEFT JOIN kind k ON k.name = i.kind WHERE i.deal_id = d.id AND k.touch IS NOT 0) AS touched_at,
  (SELECT max(i.at) FROM interaction i LEFT JOIN kind k ON k.name = i.kind WHERE i.deal_id = d.id AND k.touch IS NOT 0 AND i.direction IS NOT 'out') AS heard_at,
  d.won_at IS NULL AND d.lost_at IS NULL AS open, d.created_at, d.updated_at
FROM deal d LEFT JOIN stage g ON g.name = d.stage LEFT JOIN company o ON o.id = d.company_id;

CREATE VIEW holidays AS SELECT date, name FROM holiday;

CREATE VIEW key_dates AS SELECT id, contact_id, kind, date, notice FROM key_date;

CREATE VIEW companies AS
SELECT o.id, o.uid, o.name, o.key, o.domain, o.phone, o.url, o.address, o.city, o.region, o.postcode, o.country, o.note, o.created_at, o.updated_at,
  (SELECT count(*) FROM contact WHERE company_id = o.id AND archived_at IS NULL) AS people,
  (SELECT max(s.last_on) FROM contact c JOIN contact_stats s ON s.contact_id = c.id WHERE c.company_id = o.id) AS last,
  (SELECT coalesce(sum(s.value), 0) FROM contact c JOIN contact_stats s ON s.contact_id = c.id WHERE c.company_id = o.id) AS value,
  (SELECT count(*) FROM deal d LEFT JOIN contact c ON c.id = d.contact_id WHERE o.id IN (d.company_id, c.company_id) AND d.won_at IS NULL AND d.lost_at IS NULL) AS deals
FROM company o;

CREATE VIEW emails AS SELECT id, contact_id, position, address, key, label, verified_on, dead_on FROM email;
CREATE VIEW phones AS SELECT id, contact_id, position, number, typed, extension, key, label, verified_on, dead_on FROM phone;
CREATE VIEW addresses AS SELECT id, contact_id, position, label, address, city, region, postcode, country FROM address;
CREATE VIEW consents AS SELECT id, contact_id, basis, given_on, source, withdrawn_on FROM consent;
-- Who may be entered twice: what tells one entry from another.
CREATE VIEW names AS SELECT id, name, key, company_id, birthday, fold(city) AS city, fold(title) AS title FROM contact WHERE archived_at IS NULL;
CREATE VIEW merged AS SELECT id, old_id, uid, contact_id, name, key, company_key FROM merged_contact;
CREATE VIEW differing AS SELECT contact_id, other_id FROM different;

-- A complaint is a case: who complained, what was answered, what became of it. One row for each person who was there.
-- What is known of the day alone counts as later than what was written down before it.
CREATE VIEW answers AS
SELECT p.interaction_id AS case_id, o.id, o.at
FROM participant p JOIN interaction i ON i.id = p.interaction_id
JOIN participant q ON q.contact_id = p.contact_id JOIN interaction o ON o.id = q.interaction_id LEFT JOIN kind k ON k.name = o.kind
WHERE (o.at > i.at OR (o.id > i.id AND (o.at = i.at OR (substr(o.at, 1, 10) = substr(i.at, 1, 10) AND 17 IN (length(o.at), length(i.at))))))
  AND o.direction IS NOT 'in' AND o.kind NOT IN ('complaint', 'purchase', 'return') AND k.touch IS NOT 0;
CREATE VIEW cases AS
SELECT i.id, i.uid, p.contact_id, i.at AS opened_at, coalesce(nullif(i.subject, ''), i.text) AS title, i.text, i.source,
  iif(i.source IS NULL, '9999', i.at) AS kept_at,
  (SELECT min(a.at) FROM answers a WHERE a.case_id = i.id) AS responded_at,
  (SELECT max(a.at) FROM answers a WHERE a.case_id = i.id) AS answered_at,
  c.closed_at, c.outcome
FROM interaction i JOIN participant p ON p.interaction_id = i.id LEFT JOIN complaint c ON c.id = i.id
WHERE i.kind = 'complaint';
-- Those not closed; the ones with an early kept_at came from a file and are history.
CREATE VIEW open_cases AS
SELECT id, contact_id, opened_at, title, kept_at FROM cases
WHERE closed_at IS NULL AND (source IS NULL OR NOT EXISTS (SELECT 1 FROM complaint_wait w WHERE w.complaint_id = cases.id))
UNION ALL
SELECT id, contact_id, opened_at, title, '9999' FROM cases
WHERE closed_at IS NULL AND source IS NOT NULL AND id IN (SELECT complaint_id FROM complaint_wait);
-- Spans in which a case waits: until told otherwise, or until the customer is heard.
CREATE VIEW waits AS
SELECT w.id, w.complaint_id AS case_id, w.since_at,
  nullif(min(coalesce(w.until_at, '9999'), coalesce((SELECT min(max(o.at, w.since_at)) FROM participant p JOIN participant q ON q.contact_id = p.contact_id
    JOIN interaction o ON o.id = q.interaction_id LEFT JOIN kind k ON k.name = o.kind
    WHERE p.interaction_id = w.complaint_id AND o.id <> w.complaint_id AND o.direction IS NOT 'out' AND k.touch IS NOT 0
      AND (o.at > w.since_at OR (length(o.at) = 17 AND substr(o.at, 1, 10) = substr(w.since_at, 1, 10)))), '9999')), '9999') AS until_at
FROM complaint_wait w;
CREATE VIEW tags AS SELECT x.contact_id, t.id AS tag_id, t.name, t.key FROM contact_tag x JOIN tag t ON t.id = x.tag_id;
CREATE VIEW silences AS
SELECT s.id, s.kind, s.rule, s.contact_id, s.tag_id, t.name AS tag, s.occurrence, s.until, s.reason, s.created_at
FROM silence s LEFT JOIN tag t ON t.id = s.tag_id;

-- The one definition of the summaries and of the search text, for the people listed in stale_stats and stale_text;
-- CROSS JOIN holds SQLite to starting from these, be they one or all.
-- contact_stats and contact_fts hold its rows; db/derived.py moves them, `crm doctor` compares them.

CREATE VIEW stats_now AS
WITH touch AS (
  SELECT x.contact_id, count(*) AS touches, min(i.at) AS first_at,
    max(i.at) FILTER (WHERE i.direction = 'in') AS last_in_at,
    max(i.at) FILTER (WHERE i.direction = 'out') AS last_out_at,
    max(i.at) FILTER (WHERE i.direction IS NOT 'out') AS heard_at,
    max(i.at) FILTER (WHERE i.direction IS NOT 'in') AS spoke_at,
    max(i.at) FILTER (WHERE i.direction IS NOT 'in' AND i.kind NOT IN ('purchase', 'return', 'complaint')) AS word_at,
    order_days(group_concat(i.at) FILTER (WHERE i.kind = 'purchase')) AS order_days,
    sum(iif(i.kind = 'return', -abs(i.amount), i.amount) * coalesce(r.factor, 1.0))
      FILTER (WHERE i.kind IN ('purchase', 'return') AND i.at >= (SELECT date(today(), '-24 months'))) AS value,
    min(i.at) FILTER (WHERE i.kind IN ('purchase', 'return') AND i.amount IS NOT NULL AND i.at >= (SELECT date(today(), '-24 months'))) AS value_from,
    max(i.at) FILTER (WHERE i.kind IN ('purchase', 'return') AND i.amount IS NOT NULL AND i.at < (SELECT date(today(), '-24 months'))) AS value_past,
    max(i.at || (10000000000000000 + i.id)) AS latest
  FROM stale_stats x
  CROSS JOIN participant p ON p.contact_id = x.contact_id
  CROSS JOIN interaction i ON i.id = p.interaction_id
  LEFT JOIN kind k ON k.name = i.kind
  LEFT JOIN rate r ON r.currency = i.currency
  WHERE k.touch IS NOT 0
  GROUP BY x.contact_id
), dated AS MATERIALIZED ( -- so that each day is worked out once; the days of orders are ISO dates, each once, in order
  SELECT *, substr(latest, 1, length(latest) - 17) AS last_at, CAST(substr(latest, -16) AS INTEGER) AS last_id,
    civil(first_at) AS first_on, civil(substr(latest, 1, length(latest) - 17)) AS last_on,
    (length(order_days) + 1) / 11 AS orders, substr(order_days, 1, 10) AS first_order_on, substr(order_days, -10) AS last_order_on,
    iif(length(order_days) > 22, order_gap(order_days), NULL) AS order_gap, iif(length(order_days) > 22, order_cv(order_days), NULL) AS order_cv
  FROM touch
), due AS (
  SELECT f.contact_id, min(max(f.due, coalesce(f.snoozed_until, ''))) AS next_due, f.id AS next_id
  FROM stale_stats x CROSS JOIN follow_up f ON f.contact_id = x.contact_id
  WHERE f.done_at IS NULL
  GROUP BY x.contact_id
), hoped AS (
  SELECT x.contact_id, count(*) AS deals,
    CAST(round(sum(d.amount * coalesce(r.factor, 1.0) * coalesce(d.probability, g.probability, 0)) FILTER (WHERE d.amount > 0)) AS INTEGER) AS pipeline,
    min(d.close) AS close_on, civil(min(d.stage_since)) AS moved_on,
    min(iif(g.rot > 0, date(civil(d.stage_since), '+' || g.rot || ' days'), NULL)) AS rot_on,
    min(coalesce(d.quoted_on, iif(g.quote, civil(d.stage_since), NULL))) AS quoted_on, max(d.valid_until) AS valid_until
  FROM stale_stats x
  CROSS JOIN deal d ON d.contact_id = x.contact_id
  LEFT JOIN stage g ON g.name = d.stage
  LEFT JOIN rate r ON r.currency = d.currency
  WHERE d.won_at IS NULL AND d.lost_at IS NULL
  GROUP BY x.contact_id
), person AS MATERIALIZED (
  SELECT c.id, coalesce(c.cadence,
    (SELECT min(e.days) FROM contact_tag y JOIN tag t ON t.id = y.tag_id JOIN cadence e ON e.scope = 'tag' AND e.name = t.key WHERE y.contact_id = c.id),
    (SELECT days FROM cadence WHERE scope = 'lifecycle' AND name = c.lifecycle)) AS cadence
  FROM stale_stats x CROSS JOIN contact c ON c.id = x.contact_id
)
SELECT n.id AS contact_id, coalesce(t.touches, 0) AS touches, t.first_on, t.last_on, t.last_at, t.last_id,
  t.last_in_at, t.last_out_at, t.heard_at, t.spoke_at, t.word_at,
  iif(t.last_out_at > coalesce(t.heard_at, ''), (
    SELECT count(*) FROM participant p CROSS JOIN interaction i ON i.id = p.interaction_id LEFT JOIN kind k ON k.name = i.kind
    WHERE p.contact_id = n.id AND i.direction = 'out' AND i.at > coalesce(t.heard_at, '') AND k.touch IS NOT 0), 0) AS unanswered,
  coalesce(t.orders, 0) AS orders, t.first_order_on, t.last_order_on,
  t.order_gap, t.order_cv, date(t.last_order_on, '+' || t.order_gap || ' days') AS next_order_on,
  CAST(round(coalesce(t.value, 0)) AS INTEGER) AS value,
  -- The day behind the 24 months; those of a 29 February end on 1 March, where date() stands by itself.
  date(substr(t.value_past, 1, 10), '+24 months', iif(substr(t.value_past, 6, 5) = '02-29', '+0 days', '+1 day')) AS value_since,
  date(substr(t.value_from, 1, 10), '+24 months', iif(substr(t.value_from, 6, 5) = '02-29', '+0 days', '+1 day')) AS value_until,
  coalesce(h.deals, 0) AS deals, h.pipeline, h.close_on, h.moved_on, h.rot_on, h.quoted_on, h.valid_until,
  d.next_due, d.next_id,
  iif(d.next_due IS NULL, NULL, (SELECT substr(min(due), 1, 10) FROM follow_up WHERE contact_id = n.id AND done_at IS NULL)) AS first_due, n.cadence,
  date(t.last_on, '+' || n.cadence || ' days') AS stale_on
FROM person n LEFT JOIN dated t ON t.contact_id = n.id LEFT JOIN due d ON d.contact_id = n.id LEFT JOIN hoped h ON h.contact_id = n.id;

CREATE VIEW text_now AS
SELECT c.id AS contact_id,
  folded_words(c.name || iif(c.given IS NULL OR instr(c.name, c.given), '', ' ' || c.given) || iif(c.family IS NULL OR instr(c.name, c.family), '', ' ' || c.family)
    || coalesce((SELECT ' ' || group_concat(name, ' ') FROM merged_contact WHERE contact_id = c.id AND key <> c.key), '')) AS name,
  folded_words(coalesce(o.name || ' ', '') || coalesce(c.title || ' ', '') || coalesce(c.address || ' ', '')
    || coalesce(c.city || ' ', '') || coalesce(c.region || ' ', '') || coalesce(c.postcode || ' ', '')
    || coalesce(c.country || ' ', '') || coalesce(c.channel || ' ', '') || coalesce(c.source || ' ', '')
    || coalesce((SELECT group_concat(address, ' ') FROM email WHERE contact_id = c.id) || ' ', '')
    || coalesce((SELECT group_concat(key || ' ' || substr(key, -9), ' ') FROM phone WHERE contact_id = c.id) || ' ', '')
    || coalesce((SELECT group_concat(t.name, ' ') FROM contact_tag y JOIN tag t ON t.id = y.tag_id WHERE y.contact_id = c.id) || ' ', '')
    || coalesce((SELECT group_concat(url, ' ') FROM link WHERE contact_id = c.id) || ' ', '')
    || coalesce((SELECT group_concat(value, ' ') FROM contact_field WHERE contact_id = c.id) || ' ', '')
    || coalesce((SELECT group_concat(concat_text(address, city, region, postcode, country), ' ') FROM address WHERE contact_id = c.id), '')) AS facts,
  folded_words(c.note) AS note
FROM stale_text x CROSS JOIN contact c ON c.id = x.contact_id LEFT JOIN company o ON o.id = c.company_id;
