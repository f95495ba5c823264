CREATE INDEX address_contact ON address(contact_id)
CREATE INDEX change_by_contact ON change(contact_id) WHERE contact_id IS NOT NULL
CREATE INDEX change_by_row ON change(noun, row_id)
CREATE INDEX change_by_set ON change(set_id)
CREATE INDEX change_range ON change(noun, row_id) WHERE row_last IS NOT NULL
CREATE INDEX change_set_undoes ON change_set(undoes) WHERE undoes IS NOT NULL
CREATE INDEX company_key ON company(key)
CREATE INDEX complaint_closed ON complaint(closed_at)
CREATE INDEX complaint_wait_complaint ON complaint_wait(complaint_id)
CREATE INDEX consent_contact ON consent(contact_id)
CREATE INDEX contact_birthday ON contact(substr(birthday, -5)) WHERE birthday IS NOT NULL
CREATE INDEX contact_company ON contact(company_id) WHERE company_id IS NOT NULL
CREATE INDEX contact_field_field ON contact_field(field_id)
CREATE INDEX contact_key ON contact(key)
CREATE INDEX contact_lead ON contact(created_at) WHERE lifecycle = 'lead'
CREATE INDEX contact_referred_by ON contact(referred_by) WHERE referred_by IS NOT NULL
CREATE INDEX contact_silent ON contact(id) WHERE do_not_contact
CREATE INDEX contact_tag_tag ON contact_tag(tag_id)
CREATE INDEX deal_company ON deal(company_id) WHERE company_id IS NOT NULL
CREATE INDEX deal_contact ON deal(contact_id)
CREATE INDEX deal_open ON deal(close) WHERE won_at IS NULL AND lost_at IS NULL
CREATE INDEX deal_unowned ON deal(company_id) WHERE contact_id IS NULL AND won_at IS NULL AND lost_at IS NULL
CREATE INDEX different_other ON different(other_id)
CREATE INDEX email_contact ON email(contact_id)
CREATE INDEX email_dead ON email(contact_id) WHERE dead_on IS NOT NULL
CREATE INDEX email_key ON email(key)
CREATE INDEX external_id_row ON external_id(noun, row_id)
CREATE INDEX follow_up_contact ON follow_up(contact_id)
CREATE INDEX follow_up_done_by ON follow_up(done_by) WHERE done_by IS NOT NULL
CREATE INDEX follow_up_open ON follow_up(due, contact_id, snoozed_until, source) WHERE done_at IS NULL
CREATE INDEX follow_up_set_by ON follow_up(set_by) WHERE set_by IS NOT NULL
CREATE INDEX interaction_complaint ON interaction(iif(source IS NULL, '9999', at)) WHERE kind = 'complaint'
CREATE INDEX interaction_deal ON interaction(deal_id) WHERE deal_id IS NOT NULL
CREATE INDEX interaction_order ON interaction(at) WHERE kind IN ('purchase', 'return')
CREATE INDEX key_date_contact ON key_date(contact_id)
CREATE INDEX key_date_day ON key_date(substr(date, -5))
CREATE INDEX key_date_kind ON key_date(kind, date) WHERE notice IS NULL
CREATE INDEX key_date_notice ON key_date(date) WHERE notice IS NOT NULL
CREATE INDEX link_contact ON link(contact_id)
CREATE INDEX merged_contact_contact ON merged_contact(contact_id)
CREATE INDEX merged_contact_key ON merged_contact(key)
CREATE INDEX participant_interaction ON participant(interaction_id)
CREATE INDEX phone_contact ON phone(contact_id)
CREATE INDEX phone_dead ON phone(contact_id) WHERE dead_on IS NOT NULL
CREATE INDEX phone_key ON phone(key)
CREATE INDEX phone_odd ON phone(substr(key, -7)) WHERE number NOT GLOB '+*'
CREATE INDEX silence_contact ON silence(contact_id)
CREATE INDEX silence_tag ON silence(tag_id) WHERE tag_id IS NOT NULL
CREATE INDEX stats_beat ON contact_stats(cadence, last_on)
CREATE INDEX stats_first_order ON contact_stats(first_order_on) WHERE first_order_on IS NOT NULL
CREATE INDEX stats_last_order ON contact_stats(last_order_on) WHERE last_order_on IS NOT NULL
CREATE INDEX stats_next_order ON contact_stats(next_order_on) WHERE next_order_on IS NOT NULL
CREATE INDEX stats_owed ON contact_stats(last_on) WHERE last_in_at = last_at
CREATE INDEX stats_pipeline ON contact_stats(pipeline) WHERE pipeline IS NOT NULL AND value <= 0
CREATE INDEX stats_unanswered ON contact_stats(last_out_at) WHERE unanswered >= 3
CREATE INDEX stats_value ON contact_stats(value) WHERE value > 0
CREATE INDEX stats_value_since ON contact_stats(value_since) WHERE value_since IS NOT NULL
CREATE INDEX stats_value_until ON contact_stats(value_until) WHERE value_until IS NOT NULL
CREATE INDEX taken_set_by ON taken_set(set_id)
CREATE INDEX taken_value_uid ON taken_value(uid)
CREATE TABLE address (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))),
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  position INTEGER NOT NULL,
  label TEXT, address TEXT, city TEXT, region TEXT, postcode TEXT, country TEXT
) STRICT
CREATE TABLE cadence (scope TEXT NOT NULL, name TEXT NOT NULL, days INTEGER NOT NULL, PRIMARY KEY (scope, name)) STRICT, WITHOUT ROWID
CREATE TABLE change (
  id INTEGER PRIMARY KEY,
  set_id INTEGER NOT NULL REFERENCES change_set(id),
  noun TEXT NOT NULL,
  row_id INTEGER NOT NULL,
  row_last INTEGER,
  contact_id INTEGER,
  op TEXT NOT NULL CHECK (op IN ('insert', 'update', 'delete')),
  data TEXT
) STRICT
CREATE TABLE change_set (
  id INTEGER PRIMARY KEY AUTOINCREMENT,

  uid TEXT NOT NULL UNIQUE DEFAULT ('0' || substr(lower(hex(randomblob(8))), 2)),
  at TEXT NOT NULL,
  command TEXT NOT NULL,
  undoes INTEGER REFERENCES change_set(id),
  undone_by INTEGER REFERENCES change_set(id)
) STRICT
CREATE TABLE company (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  domain TEXT, phone TEXT, url TEXT,
  address TEXT, city TEXT, region TEXT, postcode TEXT, country TEXT,
  note TEXT,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL
) STRICT
CREATE TABLE complaint (
  id INTEGER PRIMARY KEY REFERENCES interaction(id),
  closed_at TEXT NOT NULL,
  outcome TEXT
) STRICT
CREATE TABLE complaint_wait (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))),
  complaint_id INTEGER NOT NULL REFERENCES interaction(id),
  since_at TEXT NOT NULL,
  until_at TEXT
) STRICT
CREATE TABLE consent (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))),
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  basis TEXT NOT NULL,
  given_on TEXT NOT NULL, source TEXT,
  withdrawn_on TEXT
) STRICT
CREATE TABLE contact (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL, given TEXT, family TEXT,
  key TEXT NOT NULL,
  company_id INTEGER REFERENCES company(id),
  title TEXT,
  address_label TEXT,
  address TEXT, city TEXT, region TEXT, postcode TEXT, country TEXT,
  birthday TEXT,
  language TEXT, currency TEXT, channel TEXT,
  lifecycle TEXT NOT NULL,
  cadence INTEGER,
  source TEXT,
  referred_by INTEGER REFERENCES contact(id),
  note TEXT,
  do_not_contact INTEGER NOT NULL DEFAULT 0,
  verified_on TEXT,
  notice_on TEXT,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL, archived_at TEXT
) STRICT
CREATE TABLE contact_field (
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  field_id INTEGER NOT NULL REFERENCES field(id),
  value TEXT NOT NULL,
  PRIMARY KEY (contact_id, field_id)
) STRICT, WITHOUT ROWID
CREATE TABLE contact_stats (
  contact_id INTEGER PRIMARY KEY,
  touches INTEGER NOT NULL,
  first_on TEXT,
  last_on TEXT, last_at TEXT, last_id INTEGER, last_in_at TEXT, last_out_at TEXT,
  heard_at TEXT,
  spoke_at TEXT,
  word_at TEXT,
  unanswered INTEGER NOT NULL,
  orders INTEGER NOT NULL, first_order_on TEXT, last_order_on TEXT,
  order_gap INTEGER,
  order_cv INTEGER,
  next_order_on TEXT,
  value INTEGER NOT NULL,
  value_since TEXT,
  value_until TEXT,
  deals INTEGER NOT NULL,
  pipeline INTEGER,
  close_on TEXT,
  moved_on TEXT, rot_on TEXT,
  quoted_on TEXT, valid_until TEXT,
  next_due TEXT, next_id INTEGER,
  first_due TEXT,
  cadence INTEGER,
  stale_on TEXT
) STRICT
CREATE TABLE contact_tag (
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  tag_id INTEGER NOT NULL REFERENCES tag(id),
  PRIMARY KEY (contact_id, tag_id)
) STRICT, WITHOUT ROWID
CREATE TABLE deal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  contact_id INTEGER REFERENCES contact(id),
  company_id INTEGER REFERENCES company(id),
  stage TEXT NOT NULL,
  amount INTEGER, currency TEXT,
  probability INTEGER,
  close TEXT,
  stage_since TEXT NOT NULL,
  quoted_on TEXT,
  valid_until TEXT,
  won_at TEXT, lost_at TEXT, reason TEXT,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL
) STRICT
CREATE TABLE different (
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  other_id INTEGER NOT NULL REFERENCES contact(id),
  PRIMARY KEY (contact_id, other_id)
) STRICT, WITHOUT ROWID
CREATE TABLE email (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))),
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  position INTEGER NOT NULL,
  address TEXT NOT NULL,
  key TEXT NOT NULL,
  label TEXT,
  verified_on TEXT, dead_on TEXT
) STRICT
CREATE TABLE external_id (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  noun TEXT NOT NULL CHECK (noun IN ('contact', 'company', 'interaction', 'follow_up', 'deal')),
  row_id INTEGER NOT NULL,
  system TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (noun, system, value)
) STRICT
CREATE TABLE field (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, key TEXT NOT NULL UNIQUE) STRICT
CREATE TABLE follow_up (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL UNIQUE,
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  due TEXT NOT NULL,
  text TEXT NOT NULL,
  every TEXT,
  anchor TEXT,
  done_at TEXT,
  snoozed_until TEXT, snooze_reason TEXT,
  source TEXT NOT NULL,
  set_by INTEGER REFERENCES interaction(id),
  done_by INTEGER REFERENCES interaction(id),
  created_at TEXT NOT NULL
) STRICT
CREATE TABLE forgotten (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT
CREATE TABLE holiday (date TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID
CREATE TABLE interaction (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  at TEXT NOT NULL,
  direction TEXT CHECK (direction IN ('in', 'out')),
  subject TEXT, text TEXT,
  alias TEXT,
  amount INTEGER, currency TEXT,
  duration INTEGER,
  deal_id INTEGER REFERENCES deal(id),
  source TEXT
) STRICT
CREATE TABLE key_date (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))),
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  kind TEXT NOT NULL,
  date TEXT NOT NULL,
  notice INTEGER
) STRICT
CREATE TABLE kind (name TEXT PRIMARY KEY, touch INTEGER NOT NULL) STRICT, WITHOUT ROWID
CREATE TABLE link (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))),
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  position INTEGER NOT NULL,
  url TEXT NOT NULL
) STRICT
CREATE TABLE merged_contact (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  old_id INTEGER UNIQUE,
  uid TEXT NOT NULL UNIQUE,
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  company_key TEXT
) STRICT
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID
CREATE TABLE participant (
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  interaction_id INTEGER NOT NULL REFERENCES interaction(id),
  PRIMARY KEY (contact_id, interaction_id)
) STRICT, WITHOUT ROWID
CREATE TABLE phone (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))),
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  position INTEGER NOT NULL,
  number TEXT NOT NULL,
  typed TEXT,
  extension TEXT,
  key TEXT NOT NULL,
  label TEXT,
  verified_on TEXT, dead_on TEXT
) STRICT
CREATE TABLE rate (currency TEXT PRIMARY KEY, factor REAL NOT NULL) STRICT, WITHOUT ROWID
CREATE TABLE saved_view (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, query TEXT NOT NULL) STRICT
CREATE TABLE shown (
  handle TEXT NOT NULL, occurrence TEXT NOT NULL, on_date TEXT NOT NULL,
  PRIMARY KEY (handle, occurrence)
) STRICT, WITHOUT ROWID
CREATE TABLE silence (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))),
  kind TEXT NOT NULL CHECK (kind IN ('ack', 'snooze', 'ignore')),
  rule TEXT,
  contact_id INTEGER REFERENCES contact(id),
  tag_id INTEGER REFERENCES tag(id),
  occurrence TEXT,
  until TEXT,
  reason TEXT,
  created_at TEXT NOT NULL
) STRICT
CREATE TABLE stage (name TEXT PRIMARY KEY, position INTEGER NOT NULL, probability INTEGER NOT NULL, rot INTEGER, quote INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID
CREATE TABLE stale_stats (contact_id INTEGER PRIMARY KEY) STRICT
CREATE TABLE stale_text (contact_id INTEGER PRIMARY KEY) STRICT
CREATE TABLE tag (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, key TEXT NOT NULL UNIQUE) STRICT
CREATE TABLE taken_set (
  uid TEXT PRIMARY KEY,
  set_id INTEGER REFERENCES change_set(id)
) STRICT, WITHOUT ROWID
CREATE TABLE taken_value (
  id INTEGER PRIMARY KEY,
  set_id INTEGER REFERENCES change_set(id),
  noun TEXT NOT NULL, row_id INTEGER NOT NULL, row_last INTEGER, contact_id INTEGER,
  field TEXT NOT NULL,
  uid TEXT NOT NULL
) STRICT
CREATE TRIGGER address_deleted AFTER DELETE ON address BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'address', old.id, old.contact_id, 'delete', json_object('id',old.id,'uid',old.uid,'contact_id',old.contact_id,'position',old.position,'label',old.label,'address',old.address,'city',old.city,'region',old.region,'postcode',old.postcode,'country',old.country)); END
CREATE TRIGGER address_inserted AFTER INSERT ON address BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'address', new.id, new.contact_id, 'insert', NULL); END
CREATE TRIGGER address_updated AFTER UPDATE ON address BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'address', new.id, new.contact_id, 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'uid',iif(old.uid IS new.uid,NULL,json_array(old.uid,new.uid)),'contact_id',iif(old.contact_id IS new.contact_id,NULL,json_array(old.contact_id,new.contact_id)),'position',iif(old.position IS new.position,NULL,json_array(old.position,new.position)),'label',iif(old.label IS new.label,NULL,json_array(old.label,new.label)),'address',iif(old.address IS new.address,NULL,json_array(old.address,new.address)),'city',iif(old.city IS new.city,NULL,json_array(old.city,new.city)),'region',iif(old.region IS new.region,NULL,json_array(old.region,new.region)),'postcode',iif(old.postcode IS new.postcode,NULL,json_array(old.postcode,new.postcode)),'country',iif(old.country IS new.country,NULL,json_array(old.country,new.country)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER company_deleted AFTER DELETE ON company BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'company', old.id, NULL, 'delete', json_object('id',old.id,'uid',old.uid,'name',old.name,'key',old.key,'domain',old.domain,'phone',old.phone,'url',old.url,'address',old.address,'city',old.city,'region',old.region,'postcode',old.postcode,'country',old.country,'note',old.note,'created_at',old.created_at,'updated_at',old.updated_at)); END
CREATE TRIGGER company_inserted AFTER INSERT ON company BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'company', new.id, NULL, 'insert', NULL); END
CREATE TRIGGER company_updated AFTER UPDATE ON company BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'company', new.id, NULL, 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'uid',iif(old.uid IS new.uid,NULL,json_array(old.uid,new.uid)),'name',iif(old.name IS new.name,NULL,json_array(old.name,new.name)),'key',iif(old.key IS new.key,NULL,json_array(old.key,new.key)),'domain',iif(old.domain IS new.domain,NULL,json_array(old.domain,new.domain)),'phone',iif(old.phone IS new.phone,NULL,json_array(old.phone,new.phone)),'url',iif(old.url IS new.url,NULL,json_array(old.url,new.url)),'address',iif(old.address IS new.address,NULL,json_array(old.address,new.address)),'city',iif(old.city IS new.city,NULL,json_array(old.city,new.city)),'region',iif(old.region IS new.region,NULL,json_array(old.region,new.region)),'postcode',iif(old.postcode IS new.postcode,NULL,json_array(old.postcode,new.postcode)),'country',iif(old.country IS new.country,NULL,json_array(old.country,new.country)),'note',iif(old.note IS new.note,NULL,json_array(old.note,new.note)),'created_at',iif(old.created_at IS new.created_at,NULL,json_array(old.created_at,new.created_at)),'updated_at',iif(old.updated_at IS new.updated_at,NULL,json_array(old.updated_at,new.updated_at)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER complaint_deleted AFTER DELETE ON complaint BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'complaint', old.id, (SELECT min(contact_id) FROM participant WHERE interaction_id = old.id), 'delete', json_object('id',old.id,'closed_at',old.closed_at,'outcome',old.outcome)); END
CREATE TRIGGER complaint_inserted AFTER INSERT ON complaint BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'complaint', new.id, (SELECT min(contact_id) FROM participant WHERE interaction_id = new.id), 'insert', NULL); END
CREATE TRIGGER complaint_updated AFTER UPDATE ON complaint BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'complaint', new.id, (SELECT min(contact_id) FROM participant WHERE interaction_id = new.id), 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'closed_at',iif(old.closed_at IS new.closed_at,NULL,json_array(old.closed_at,new.closed_at)),'outcome',iif(old.outcome IS new.outcome,NULL,json_array(old.outcome,new.outcome)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER complaint_wait_deleted AFTER DELETE ON complaint_wait BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'complaint_wait', old.id, (SELECT min(contact_id) FROM participant WHERE interaction_id = old.complaint_id), 'delete', json_object('id',old.id,'uid',old.uid,'complaint_id',old.complaint_id,'since_at',old.since_at,'until_at',old.until_at)); END
CREATE TRIGGER complaint_wait_inserted AFTER INSERT ON complaint_wait BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'complaint_wait', new.id, (SELECT min(contact_id) FROM participant WHERE interaction_id = new.complaint_id), 'insert', NULL); END
CREATE TRIGGER complaint_wait_updated AFTER UPDATE ON complaint_wait BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'complaint_wait', new.id, (SELECT min(contact_id) FROM participant WHERE interaction_id = new.complaint_id), 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'uid',iif(old.uid IS new.uid,NULL,json_array(old.uid,new.uid)),'complaint_id',iif(old.complaint_id IS new.complaint_id,NULL,json_array(old.complaint_id,new.complaint_id)),'since_at',iif(old.since_at IS new.since_at,NULL,json_array(old.since_at,new.since_at)),'until_at',iif(old.until_at IS new.until_at,NULL,json_array(old.until_at,new.until_at)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER consent_deleted AFTER DELETE ON consent BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'consent', old.id, old.contact_id, 'delete', json_object('id',old.id,'uid',old.uid,'contact_id',old.contact_id,'basis',old.basis,'given_on',old.given_on,'source',old.source,'withdrawn_on',old.withdrawn_on)); END
CREATE TRIGGER consent_inserted AFTER INSERT ON consent BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'consent', new.id, new.contact_id, 'insert', NULL); END
CREATE TRIGGER consent_updated AFTER UPDATE ON consent BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'consent', new.id, new.contact_id, 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'uid',iif(old.uid IS new.uid,NULL,json_array(old.uid,new.uid)),'contact_id',iif(old.contact_id IS new.contact_id,NULL,json_array(old.contact_id,new.contact_id)),'basis',iif(old.basis IS new.basis,NULL,json_array(old.basis,new.basis)),'given_on',iif(old.given_on IS new.given_on,NULL,json_array(old.given_on,new.given_on)),'source',iif(old.source IS new.source,NULL,json_array(old.source,new.source)),'withdrawn_on',iif(old.withdrawn_on IS new.withdrawn_on,NULL,json_array(old.withdrawn_on,new.withdrawn_on)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER contact_deleted AFTER DELETE ON contact BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'contact', old.id, old.id, 'delete', json_object('id',old.id,'uid',old.uid,'name',old.name,'given',old.given,'family',old.family,'key',old.key,'company_id',old.company_id,'title',old.title,'address_label',old.address_label,'address',old.address,'city',old.city,'region',old.region,'postcode',old.postcode,'country',old.country,'birthday',old.birthday,'language',old.language,'currency',old.currency,'channel',old.channel,'lifecycle',old.lifecycle,'cadence',old.cadence,'source',old.source,'referred_by',old.referred_by,'note',old.note,'do_not_contact',old.do_not_contact,'verified_on',old.verified_on,'notice_on',old.notice_on,'created_at',old.created_at,'updated_at',old.updated_at,'archived_at',old.archived_at)); END
CREATE TRIGGER contact_field_deleted AFTER DELETE ON contact_field BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'contact_field', old.field_id, old.contact_id, 'delete', json_object('contact_id',old.contact_id,'field_id',old.field_id,'value',old.value)); END
CREATE TRIGGER contact_field_inserted AFTER INSERT ON contact_field BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'contact_field', new.field_id, new.contact_id, 'insert', NULL); END
CREATE TRIGGER contact_field_updated AFTER UPDATE ON contact_field BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'contact_field', new.field_id, new.contact_id, 'update', d FROM (SELECT json_patch('{}',json_object('contact_id',iif(old.contact_id IS new.contact_id,NULL,json_array(old.contact_id,new.contact_id)),'field_id',iif(old.field_id IS new.field_id,NULL,json_array(old.field_id,new.field_id)),'value',iif(old.value IS new.value,NULL,json_array(old.value,new.value)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER contact_inserted AFTER INSERT ON contact BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'contact', new.id, new.id, 'insert', NULL); END
CREATE TRIGGER contact_tag_deleted AFTER DELETE ON contact_tag BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'contact_tag', old.tag_id, old.contact_id, 'delete', json_object('contact_id',old.contact_id,'tag_id',old.tag_id)); END
CREATE TRIGGER contact_tag_inserted AFTER INSERT ON contact_tag BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'contact_tag', new.tag_id, new.contact_id, 'insert', NULL); END
CREATE TRIGGER contact_tag_updated AFTER UPDATE ON contact_tag BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'contact_tag', new.tag_id, new.contact_id, 'update', d FROM (SELECT json_patch('{}',json_object('contact_id',iif(old.contact_id IS new.contact_id,NULL,json_array(old.contact_id,new.contact_id)),'tag_id',iif(old.tag_id IS new.tag_id,NULL,json_array(old.tag_id,new.tag_id)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER contact_updated AFTER UPDATE ON contact BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'contact', new.id, new.id, 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'uid',iif(old.uid IS new.uid,NULL,json_array(old.uid,new.uid)),'name',iif(old.name IS new.name,NULL,json_array(old.name,new.name)),'given',iif(old.given IS new.given,NULL,json_array(old.given,new.given)),'family',iif(old.family IS new.family,NULL,json_array(old.family,new.family)),'key',iif(old.key IS new.key,NULL,json_array(old.key,new.key)),'company_id',iif(old.company_id IS new.company_id,NULL,json_array(old.company_id,new.company_id)),'title',iif(old.title IS new.title,NULL,json_array(old.title,new.title)),'address_label',iif(old.address_label IS new.address_label,NULL,json_array(old.address_label,new.address_label)),'address',iif(old.address IS new.address,NULL,json_array(old.address,new.address)),'city',iif(old.city IS new.city,NULL,json_array(old.city,new.city)),'region',iif(old.region IS new.region,NULL,json_array(old.region,new.region)),'postcode',iif(old.postcode IS new.postcode,NULL,json_array(old.postcode,new.postcode)),'country',iif(old.country IS new.country,NULL,json_array(old.country,new.country)),'birthday',iif(old.birthday IS new.birthday,NULL,json_array(old.birthday,new.birthday)),'language',iif(old.language IS new.language,NULL,json_array(old.language,new.language)),'currency',iif(old.currency IS new.currency,NULL,json_array(old.currency,new.currency)),'channel',iif(old.channel IS new.channel,NULL,json_array(old.channel,new.channel)),'lifecycle',iif(old.lifecycle IS new.lifecycle,NULL,json_array(old.lifecycle,new.lifecycle)),'cadence',iif(old.cadence IS new.cadence,NULL,json_array(old.cadence,new.cadence)),'source',iif(old.source IS new.source,NULL,json_array(old.source,new.source)),'referred_by',iif(old.referred_by IS new.referred_by,NULL,json_array(old.referred_by,new.referred_by)),'note',iif(old.note IS new.note,NULL,json_array(old.note,new.note)),'do_not_contact',iif(old.do_not_contact IS new.do_not_contact,NULL,json_array(old.do_not_contact,new.do_not_contact)),'verified_on',iif(old.verified_on IS new.verified_on,NULL,json_array(old.verified_on,new.verified_on)),'notice_on',iif(old.notice_on IS new.notice_on,NULL,json_array(old.notice_on,new.notice_on)),'created_at',iif(old.created_at IS new.created_at,NULL,json_array(old.created_at,new.created_at)),'updated_at',iif(old.updated_at IS new.updated_at,NULL,json_array(old.updated_at,new.updated_at)),'archived_at',iif(old.archived_at IS new.archived_at,NULL,json_array(old.archived_at,new.archived_at)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER deal_deleted AFTER DELETE ON deal BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'deal', old.id, old.contact_id, 'delete', json_object('id',old.id,'uid',old.uid,'title',old.title,'contact_id',old.contact_id,'company_id',old.company_id,'stage',old.stage,'amount',old.amount,'currency',old.currency,'probability',old.probability,'close',old.close,'stage_since',old.stage_since,'quoted_on',old.quoted_on,'valid_until',old.valid_until,'won_at',old.won_at,'lost_at',old.lost_at,'reason',old.reason,'created_at',old.created_at,'updated_at',old.updated_at)); END
CREATE TRIGGER deal_inserted AFTER INSERT ON deal BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'deal', new.id, new.contact_id, 'insert', NULL); END
CREATE TRIGGER deal_updated AFTER UPDATE ON deal BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'deal', new.id, new.contact_id, 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'uid',iif(old.uid IS new.uid,NULL,json_array(old.uid,new.uid)),'title',iif(old.title IS new.title,NULL,json_array(old.title,new.title)),'contact_id',iif(old.contact_id IS new.contact_id,NULL,json_array(old.contact_id,new.contact_id)),'company_id',iif(old.company_id IS new.company_id,NULL,json_array(old.company_id,new.company_id)),'stage',iif(old.stage IS new.stage,NULL,json_array(old.stage,new.stage)),'amount',iif(old.amount IS new.amount,NULL,json_array(old.amount,new.amount)),'currency',iif(old.currency IS new.currency,NULL,json_array(old.currency,new.currency)),'probability',iif(old.probability IS new.probability,NULL,json_array(old.probability,new.probability)),'close',iif(old.close IS new.close,NULL,json_array(old.close,new.close)),'stage_since',iif(old.stage_since IS new.stage_since,NULL,json_array(old.stage_since,new.stage_since)),'quoted_on',iif(old.quoted_on IS new.quoted_on,NULL,json_array(old.quoted_on,new.quoted_on)),'valid_until',iif(old.valid_until IS new.valid_until,NULL,json_array(old.valid_until,new.valid_until)),'won_at',iif(old.won_at IS new.won_at,NULL,json_array(old.won_at,new.won_at)),'lost_at',iif(old.lost_at IS new.lost_at,NULL,json_array(old.lost_at,new.lost_at)),'reason',iif(old.reason IS new.reason,NULL,json_array(old.reason,new.reason)),'created_at',iif(old.created_at IS new.created_at,NULL,json_array(old.created_at,new.created_at)),'updated_at',iif(old.updated_at IS new.updated_at,NULL,json_array(old.updated_at,new.updated_at)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER different_deleted AFTER DELETE ON different BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'different', old.other_id, old.contact_id, 'delete', json_object('contact_id',old.contact_id,'other_id',old.other_id)); END
CREATE TRIGGER different_inserted AFTER INSERT ON different BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'different', new.other_id, new.contact_id, 'insert', NULL); END
CREATE TRIGGER different_updated AFTER UPDATE ON different BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'different', new.other_id, new.contact_id, 'update', d FROM (SELECT json_patch('{}',json_object('contact_id',iif(old.contact_id IS new.contact_id,NULL,json_array(old.contact_id,new.contact_id)),'other_id',iif(old.other_id IS new.other_id,NULL,json_array(old.other_id,new.other_id)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER email_deleted AFTER DELETE ON email BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'email', old.id, old.contact_id, 'delete', json_object('id',old.id,'uid',old.uid,'contact_id',old.contact_id,'position',old.position,'address',old.address,'key',old.key,'label',old.label,'verified_on',old.verified_on,'dead_on',old.dead_on)); END
CREATE TRIGGER email_inserted AFTER INSERT ON email BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'email', new.id, new.contact_id, 'insert', NULL); END
CREATE TRIGGER email_updated AFTER UPDATE ON email BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'email', new.id, new.contact_id, 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'uid',iif(old.uid IS new.uid,NULL,json_array(old.uid,new.uid)),'contact_id',iif(old.contact_id IS new.contact_id,NULL,json_array(old.contact_id,new.contact_id)),'position',iif(old.position IS new.position,NULL,json_array(old.position,new.position)),'address',iif(old.address IS new.address,NULL,json_array(old.address,new.address)),'key',iif(old.key IS new.key,NULL,json_array(old.key,new.key)),'label',iif(old.label IS new.label,NULL,json_array(old.label,new.label)),'verified_on',iif(old.verified_on IS new.verified_on,NULL,json_array(old.verified_on,new.verified_on)),'dead_on',iif(old.dead_on IS new.dead_on,NULL,json_array(old.dead_on,new.dead_on)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER external_id_deleted AFTER DELETE ON external_id BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'external_id', old.id, iif(old.noun = 'contact', old.row_id, NULL), 'delete', json_object('id',old.id,'noun',old.noun,'row_id',old.row_id,'system',old.system,'value',old.value)); END
CREATE TRIGGER external_id_inserted AFTER INSERT ON external_id BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'external_id', new.id, iif(new.noun = 'contact', new.row_id, NULL), 'insert', NULL); END
CREATE TRIGGER external_id_updated AFTER UPDATE ON external_id BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'external_id', new.id, iif(new.noun = 'contact', new.row_id, NULL), 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'noun',iif(old.noun IS new.noun,NULL,json_array(old.noun,new.noun)),'row_id',iif(old.row_id IS new.row_id,NULL,json_array(old.row_id,new.row_id)),'system',iif(old.system IS new.system,NULL,json_array(old.system,new.system)),'value',iif(old.value IS new.value,NULL,json_array(old.value,new.value)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER field_deleted AFTER DELETE ON field BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'field', old.id, NULL, 'delete', json_object('id',old.id,'name',old.name,'key',old.key)); END
CREATE TRIGGER field_inserted AFTER INSERT ON field BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'field', new.id, NULL, 'insert', NULL); END
CREATE TRIGGER field_updated AFTER UPDATE ON field BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'field', new.id, NULL, 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'name',iif(old.name IS new.name,NULL,json_array(old.name,new.name)),'key',iif(old.key IS new.key,NULL,json_array(old.key,new.key)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER follow_up_deleted AFTER DELETE ON follow_up BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'follow_up', old.id, old.contact_id, 'delete', json_object('id',old.id,'uid',old.uid,'contact_id',old.contact_id,'due',old.due,'text',old.text,'every',old.every,'anchor',old.anchor,'done_at',old.done_at,'snoozed_until',old.snoozed_until,'snooze_reason',old.snooze_reason,'source',old.source,'set_by',old.set_by,'done_by',old.done_by,'created_at',old.created_at)); END
CREATE TRIGGER follow_up_inserted AFTER INSERT ON follow_up BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'follow_up', new.id, new.contact_id, 'insert', NULL); END
CREATE TRIGGER follow_up_updated AFTER UPDATE ON follow_up BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'follow_up', new.id, new.contact_id, 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'uid',iif(old.uid IS new.uid,NULL,json_array(old.uid,new.uid)),'contact_id',iif(old.contact_id IS new.contact_id,NULL,json_array(old.contact_id,new.contact_id)),'due',iif(old.due IS new.due,NULL,json_array(old.due,new.due)),'text',iif(old.text IS new.text,NULL,json_array(old.text,new.text)),'every',iif(old.every IS new.every,NULL,json_array(old.every,new.every)),'anchor',iif(old.anchor IS new.anchor,NULL,json_array(old.anchor,new.anchor)),'done_at',iif(old.done_at IS new.done_at,NULL,json_array(old.done_at,new.done_at)),'snoozed_until',iif(old.snoozed_until IS new.snoozed_until,NULL,json_array(old.snoozed_until,new.snoozed_until)),'snooze_reason',iif(old.snooze_reason IS new.snooze_reason,NULL,json_array(old.snooze_reason,new.snooze_reason)),'source',iif(old.source IS new.source,NULL,json_array(old.source,new.source)),'set_by',iif(old.set_by IS new.set_by,NULL,json_array(old.set_by,new.set_by)),'done_by',iif(old.done_by IS new.done_by,NULL,json_array(old.done_by,new.done_by)),'created_at',iif(old.created_at IS new.created_at,NULL,json_array(old.created_at,new.created_at)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER forgotten_deleted AFTER DELETE ON forgotten BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'forgotten', old.id, NULL, 'delete', json_object('id',old.id,'hash',old.hash,'kind',old.kind,'at',old.at)); END
CREATE TRIGGER forgotten_inserted AFTER INSERT ON forgotten BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'forgotten', new.id, NULL, 'insert', NULL); END
CREATE TRIGGER forgotten_updated AFTER UPDATE ON forgotten BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'forgotten', new.id, NULL, 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'hash',iif(old.hash IS new.hash,NULL,json_array(old.hash,new.hash)),'kind',iif(old.kind IS new.kind,NULL,json_array(old.kind,new.kind)),'at',iif(old.at IS new.at,NULL,json_array(old.at,new.at)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER interaction_deleted AFTER DELETE ON interaction BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'interaction', old.id, NULL, 'delete', json_object('id',old.id,'uid',old.uid,'kind',old.kind,'at',old.at,'direction',old.direction,'subject',old.subject,'text',old.text,'alias',old.alias,'amount',old.amount,'currency',old.currency,'duration',old.duration,'deal_id',old.deal_id,'source',old.source)); END
CREATE TRIGGER interaction_inserted AFTER INSERT ON interaction BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'interaction', new.id, NULL, 'insert', NULL); END
CREATE TRIGGER interaction_said_d AFTER DELETE ON interaction BEGIN INSERT INTO interaction_fts (interaction_fts, rowid, subject, text, alias) VALUES ('delete', old.id, old.subject, old.text, old.alias); END
CREATE TRIGGER interaction_said_i AFTER INSERT ON interaction BEGIN INSERT INTO interaction_fts (rowid, subject, text, alias) VALUES (new.id, new.subject, new.text, new.alias); END
CREATE TRIGGER interaction_said_u AFTER UPDATE OF subject, text, alias ON interaction BEGIN INSERT INTO interaction_fts (interaction_fts, rowid, subject, text, alias) VALUES ('delete', old.id, old.subject, old.text, old.alias); INSERT INTO interaction_fts (rowid, subject, text, alias) VALUES (new.id, new.subject, new.text, new.alias); END
CREATE TRIGGER interaction_updated AFTER UPDATE ON interaction BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'interaction', new.id, NULL, 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'uid',iif(old.uid IS new.uid,NULL,json_array(old.uid,new.uid)),'kind',iif(old.kind IS new.kind,NULL,json_array(old.kind,new.kind)),'at',iif(old.at IS new.at,NULL,json_array(old.at,new.at)),'direction',iif(old.direction IS new.direction,NULL,json_array(old.direction,new.direction)),'subject',iif(old.subject IS new.subject,NULL,json_array(old.subject,new.subject)),'text',iif(old.text IS new.text,NULL,json_array(old.text,new.text)),'alias',iif(old.alias IS new.alias,NULL,json_array(old.alias,new.alias)),'amount',iif(old.amount IS new.amount,NULL,json_array(old.amount,new.amount)),'currency',iif(old.currency IS new.currency,NULL,json_array(old.currency,new.currency)),'duration',iif(old.duration IS new.duration,NULL,json_array(old.duration,new.duration)),'deal_id',iif(old.deal_id IS new.deal_id,NULL,json_array(old.deal_id,new.deal_id)),'source',iif(old.source IS new.source,NULL,json_array(old.source,new.source)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER key_date_deleted AFTER DELETE ON key_date BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'key_date', old.id, old.contact_id, 'delete', json_object('id',old.id,'uid',old.uid,'contact_id',old.contact_id,'kind',old.kind,'date',old.date,'notice',old.notice)); END
CREATE TRIGGER key_date_inserted AFTER INSERT ON key_date BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'key_date', new.id, new.contact_id, 'insert', NULL); END
CREATE TRIGGER key_date_updated AFTER UPDATE ON key_date BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'key_date', new.id, new.contact_id, 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'uid',iif(old.uid IS new.uid,NULL,json_array(old.uid,new.uid)),'contact_id',iif(old.contact_id IS new.contact_id,NULL,json_array(old.contact_id,new.contact_id)),'kind',iif(old.kind IS new.kind,NULL,json_array(old.kind,new.kind)),'date',iif(old.date IS new.date,NULL,json_array(old.date,new.date)),'notice',iif(old.notice IS new.notice,NULL,json_array(old.notice,new.notice)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER link_deleted AFTER DELETE ON link BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'link', old.id, old.contact_id, 'delete', json_object('id',old.id,'uid',old.uid,'contact_id',old.contact_id,'position',old.position,'url',old.url)); END
CREATE TRIGGER link_inserted AFTER INSERT ON link BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'link', new.id, new.contact_id, 'insert', NULL); END
CREATE TRIGGER link_updated AFTER UPDATE ON link BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'link', new.id, new.contact_id, 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'uid',iif(old.uid IS new.uid,NULL,json_array(old.uid,new.uid)),'contact_id',iif(old.contact_id IS new.contact_id,NULL,json_array(old.contact_id,new.contact_id)),'position',iif(old.position IS new.position,NULL,json_array(old.position,new.position)),'url',iif(old.url IS new.url,NULL,json_array(old.url,new.url)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER merged_contact_deleted AFTER DELETE ON merged_contact BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'merged_contact', old.id, old.contact_id, 'delete', json_object('id',old.id,'old_id',old.old_id,'uid',old.uid,'contact_id',old.contact_id,'name',old.name,'key',old.key,'company_key',old.company_key)); END
CREATE TRIGGER merged_contact_inserted AFTER INSERT ON merged_contact BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'merged_contact', new.id, new.contact_id, 'insert', NULL); END
CREATE TRIGGER merged_contact_updated AFTER UPDATE ON merged_contact BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'merged_contact', new.id, new.contact_id, 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'old_id',iif(old.old_id IS new.old_id,NULL,json_array(old.old_id,new.old_id)),'uid',iif(old.uid IS new.uid,NULL,json_array(old.uid,new.uid)),'contact_id',iif(old.contact_id IS new.contact_id,NULL,json_array(old.contact_id,new.contact_id)),'name',iif(old.name IS new.name,NULL,json_array(old.name,new.name)),'key',iif(old.key IS new.key,NULL,json_array(old.key,new.key)),'company_key',iif(old.company_key IS new.company_key,NULL,json_array(old.company_key,new.company_key)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER participant_deleted AFTER DELETE ON participant BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'participant', old.interaction_id, old.contact_id, 'delete', json_object('contact_id',old.contact_id,'interaction_id',old.interaction_id)); END
CREATE TRIGGER participant_inserted AFTER INSERT ON participant BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'participant', new.interaction_id, new.contact_id, 'insert', NULL); END
CREATE TRIGGER participant_updated AFTER UPDATE ON participant BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'participant', new.interaction_id, new.contact_id, 'update', d FROM (SELECT json_patch('{}',json_object('contact_id',iif(old.contact_id IS new.contact_id,NULL,json_array(old.contact_id,new.contact_id)),'interaction_id',iif(old.interaction_id IS new.interaction_id,NULL,json_array(old.interaction_id,new.interaction_id)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER phone_deleted AFTER DELETE ON phone BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'phone', old.id, old.contact_id, 'delete', json_object('id',old.id,'uid',old.uid,'contact_id',old.contact_id,'position',old.position,'number',old.number,'typed',old.typed,'extension',old.extension,'key',old.key,'label',old.label,'verified_on',old.verified_on,'dead_on',old.dead_on)); END
CREATE TRIGGER phone_inserted AFTER INSERT ON phone BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'phone', new.id, new.contact_id, 'insert', NULL); END
CREATE TRIGGER phone_updated AFTER UPDATE ON phone BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'phone', new.id, new.contact_id, 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'uid',iif(old.uid IS new.uid,NULL,json_array(old.uid,new.uid)),'contact_id',iif(old.contact_id IS new.contact_id,NULL,json_array(old.contact_id,new.contact_id)),'position',iif(old.position IS new.position,NULL,json_array(old.position,new.position)),'number',iif(old.number IS new.number,NULL,json_array(old.number,new.number)),'typed',iif(old.typed IS new.typed,NULL,json_array(old.typed,new.typed)),'extension',iif(old.extension IS new.extension,NULL,json_array(old.extension,new.extension)),'key',iif(old.key IS new.key,NULL,json_array(old.key,new.key)),'label',iif(old.label IS new.label,NULL,json_array(old.label,new.label)),'verified_on',iif(old.verified_on IS new.verified_on,NULL,json_array(old.verified_on,new.verified_on)),'dead_on',iif(old.dead_on IS new.dead_on,NULL,json_array(old.dead_on,new.dead_on)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER saved_view_deleted AFTER DELETE ON saved_view BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'saved_view', old.id, NULL, 'delete', json_object('id',old.id,'name',old.name,'query',old.query)); END
CREATE TRIGGER saved_view_inserted AFTER INSERT ON saved_view BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'saved_view', new.id, NULL, 'insert', NULL); END
CREATE TRIGGER saved_view_updated AFTER UPDATE ON saved_view BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'saved_view', new.id, NULL, 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'name',iif(old.name IS new.name,NULL,json_array(old.name,new.name)),'query',iif(old.query IS new.query,NULL,json_array(old.query,new.query)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER silence_deleted AFTER DELETE ON silence BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'silence', old.id, old.contact_id, 'delete', json_object('id',old.id,'uid',old.uid,'kind',old.kind,'rule',old.rule,'contact_id',old.contact_id,'tag_id',old.tag_id,'occurrence',old.occurrence,'until',old.until,'reason',old.reason,'created_at',old.created_at)); END
CREATE TRIGGER silence_inserted AFTER INSERT ON silence BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'silence', new.id, new.contact_id, 'insert', NULL); END
CREATE TRIGGER silence_updated AFTER UPDATE ON silence BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'silence', new.id, new.contact_id, 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'uid',iif(old.uid IS new.uid,NULL,json_array(old.uid,new.uid)),'kind',iif(old.kind IS new.kind,NULL,json_array(old.kind,new.kind)),'rule',iif(old.rule IS new.rule,NULL,json_array(old.rule,new.rule)),'contact_id',iif(old.contact_id IS new.contact_id,NULL,json_array(old.contact_id,new.contact_id)),'tag_id',iif(old.tag_id IS new.tag_id,NULL,json_array(old.tag_id,new.tag_id)),'occurrence',iif(old.occurrence IS new.occurrence,NULL,json_array(old.occurrence,new.occurrence)),'until',iif(old.until IS new.until,NULL,json_array(old.until,new.until)),'reason',iif(old.reason IS new.reason,NULL,json_array(old.reason,new.reason)),'created_at',iif(old.created_at IS new.created_at,NULL,json_array(old.created_at,new.created_at)))) AS d) WHERE d <> '{}'; END
CREATE TRIGGER stale_stats_contact_d AFTER DELETE ON contact BEGIN INSERT INTO stale_stats SELECT old.id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_stats_contact_i AFTER INSERT ON contact BEGIN INSERT INTO stale_stats SELECT new.id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_stats_contact_tag_d AFTER DELETE ON contact_tag BEGIN INSERT INTO stale_stats SELECT old.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_stats_contact_tag_i AFTER INSERT ON contact_tag BEGIN INSERT INTO stale_stats SELECT new.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_stats_contact_u AFTER UPDATE OF cadence, lifecycle ON contact BEGIN INSERT INTO stale_stats SELECT old.id WHERE 1 ON CONFLICT DO NOTHING; INSERT INTO stale_stats SELECT new.id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_stats_deal_d AFTER DELETE ON deal BEGIN INSERT INTO stale_stats SELECT old.contact_id WHERE old.contact_id IS NOT NULL ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_stats_deal_i AFTER INSERT ON deal BEGIN INSERT INTO stale_stats SELECT new.contact_id WHERE new.contact_id IS NOT NULL ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_stats_deal_u AFTER UPDATE OF contact_id, stage, amount, currency, probability, close, stage_since, quoted_on, valid_until, won_at, lost_at ON deal BEGIN INSERT INTO stale_stats SELECT old.contact_id WHERE old.contact_id IS NOT NULL ON CONFLICT DO NOTHING; INSERT INTO stale_stats SELECT new.contact_id WHERE new.contact_id IS NOT NULL ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_stats_follow_up_d AFTER DELETE ON follow_up BEGIN INSERT INTO stale_stats SELECT old.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_stats_follow_up_i AFTER INSERT ON follow_up BEGIN INSERT INTO stale_stats SELECT new.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_stats_follow_up_u AFTER UPDATE OF contact_id, due, done_at, snoozed_until ON follow_up BEGIN INSERT INTO stale_stats SELECT old.contact_id WHERE 1 ON CONFLICT DO NOTHING; INSERT INTO stale_stats SELECT new.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_stats_interaction_u AFTER UPDATE OF kind, at, direction, amount, currency ON interaction BEGIN INSERT INTO stale_stats SELECT contact_id FROM participant WHERE interaction_id = old.id ON CONFLICT DO NOTHING; INSERT INTO stale_stats SELECT contact_id FROM participant WHERE interaction_id = new.id ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_stats_participant_d AFTER DELETE ON participant BEGIN INSERT INTO stale_stats SELECT old.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_stats_participant_i AFTER INSERT ON participant BEGIN INSERT INTO stale_stats SELECT new.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_stats_participant_u AFTER UPDATE OF contact_id ON participant BEGIN INSERT INTO stale_stats SELECT old.contact_id WHERE 1 ON CONFLICT DO NOTHING; INSERT INTO stale_stats SELECT new.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_address_d AFTER DELETE ON address BEGIN INSERT INTO stale_text SELECT old.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_address_i AFTER INSERT ON address BEGIN INSERT INTO stale_text SELECT new.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_address_u AFTER UPDATE OF contact_id, address, city, region, postcode, country ON address BEGIN INSERT INTO stale_text SELECT old.contact_id WHERE 1 ON CONFLICT DO NOTHING; INSERT INTO stale_text SELECT new.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_company_u AFTER UPDATE OF name ON company BEGIN INSERT INTO stale_text SELECT id FROM contact WHERE company_id = old.id ON CONFLICT DO NOTHING; INSERT INTO stale_text SELECT id FROM contact WHERE company_id = new.id ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_contact_d AFTER DELETE ON contact BEGIN INSERT INTO stale_text SELECT old.id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_contact_field_d AFTER DELETE ON contact_field BEGIN INSERT INTO stale_text SELECT old.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_contact_field_i AFTER INSERT ON contact_field BEGIN INSERT INTO stale_text SELECT new.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_contact_field_u AFTER UPDATE OF value ON contact_field BEGIN INSERT INTO stale_text SELECT old.contact_id WHERE 1 ON CONFLICT DO NOTHING; INSERT INTO stale_text SELECT new.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_contact_i AFTER INSERT ON contact BEGIN INSERT INTO stale_text SELECT new.id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_contact_tag_d AFTER DELETE ON contact_tag BEGIN INSERT INTO stale_text SELECT old.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_contact_tag_i AFTER INSERT ON contact_tag BEGIN INSERT INTO stale_text SELECT new.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_contact_u AFTER UPDATE OF name, given, family, company_id, title, address, city, region, postcode, country, channel, source, note ON contact BEGIN INSERT INTO stale_text SELECT old.id WHERE 1 ON CONFLICT DO NOTHING; INSERT INTO stale_text SELECT new.id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_email_d AFTER DELETE ON email BEGIN INSERT INTO stale_text SELECT old.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_email_i AFTER INSERT ON email BEGIN INSERT INTO stale_text SELECT new.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_email_u AFTER UPDATE OF contact_id, address ON email BEGIN INSERT INTO stale_text SELECT old.contact_id WHERE 1 ON CONFLICT DO NOTHING; INSERT INTO stale_text SELECT new.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_link_d AFTER DELETE ON link BEGIN INSERT INTO stale_text SELECT old.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_link_i AFTER INSERT ON link BEGIN INSERT INTO stale_text SELECT new.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_link_u AFTER UPDATE OF contact_id, url ON link BEGIN INSERT INTO stale_text SELECT old.contact_id WHERE 1 ON CONFLICT DO NOTHING; INSERT INTO stale_text SELECT new.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_merged_contact_d AFTER DELETE ON merged_contact BEGIN INSERT INTO stale_text SELECT old.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_merged_contact_i AFTER INSERT ON merged_contact BEGIN INSERT INTO stale_text SELECT new.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_merged_contact_u AFTER UPDATE OF contact_id, name ON merged_contact BEGIN INSERT INTO stale_text SELECT old.contact_id WHERE 1 ON CONFLICT DO NOTHING; INSERT INTO stale_text SELECT new.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_phone_d AFTER DELETE ON phone BEGIN INSERT INTO stale_text SELECT old.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_phone_i AFTER INSERT ON phone BEGIN INSERT INTO stale_text SELECT new.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_phone_u AFTER UPDATE OF contact_id, number, key ON phone BEGIN INSERT INTO stale_text SELECT old.contact_id WHERE 1 ON CONFLICT DO NOTHING; INSERT INTO stale_text SELECT new.contact_id WHERE 1 ON CONFLICT DO NOTHING; END
CREATE TRIGGER stale_text_tag_u AFTER UPDATE OF name ON tag BEGIN INSERT INTO stale_text SELECT contact_id FROM contact_tag WHERE tag_id = old.id ON CONFLICT DO NOTHING; INSERT INTO stale_text SELECT contact_id FROM contact_tag WHERE tag_id = new.id ON CONFLICT DO NOTHING; END
CREATE TRIGGER tag_deleted AFTER DELETE ON tag BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'tag', old.id, NULL, 'delete', json_object('id',old.id,'name',old.name,'key',old.key)); END
CREATE TRIGGER tag_inserted AFTER INSERT ON tag BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) VALUES ((SELECT max(id) FROM change_set), 'tag', new.id, NULL, 'insert', NULL); END
CREATE TRIGGER tag_updated AFTER UPDATE ON tag BEGIN INSERT INTO change (set_id, noun, row_id, contact_id, op, data) SELECT (SELECT max(id) FROM change_set), 'tag', new.id, NULL, 'update', d FROM (SELECT json_patch('{}',json_object('id',iif(old.id IS new.id,NULL,json_array(old.id,new.id)),'name',iif(old.name IS new.name,NULL,json_array(old.name,new.name)),'key',iif(old.key IS new.key,NULL,json_array(old.key,new.key)))) AS d) WHERE d <> '{}'; END
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name")
CREATE VIEW addresses AS SELECT id, contact_id, position, label, address, city, region, postcode, country FROM address
CREATE VIEW answers AS
SELECT p.interaction_id AS case_id, o.id, o.at
FROM participant p JOIN interaction i ON i.id = p.interaction_id
JOIN participant q ON q.contact_id = p.contact_id JOIN interaction o ON o.id = q.interaction_id LEFT JOIN kind k ON k.name = o.kind
WHERE (o.at > i.at OR (o.id > i.id AND (o.at = i.at OR (substr(o.at, 1, 10) = substr(i.at, 1, 10) AND 17 IN (length(o.at), length(i.at))))))
  AND o.direction IS NOT 'in' AND o.kind NOT IN ('complaint', 'purchase', 'return') AND k.touch IS NOT 0
CREATE VIEW barred AS
SELECT r.contact_id, r.channel, r.by_name FROM refused r
WHERE r.dead_on IS NULL AND CASE WHEN r.by_name IS NOT NULL THEN
  NOT EXISTS (SELECT 1 FROM email h WHERE h.contact_id = r.contact_id AND h.dead_on IS NULL AND NOT EXISTS (
    SELECT 1 FROM refused q WHERE q.contact_id = h.contact_id AND q.channel = 'email' AND q.position = h.position))
  AND NOT EXISTS (SELECT 1 FROM phone h WHERE h.contact_id = r.contact_id AND h.dead_on IS NULL AND NOT EXISTS (
    SELECT 1 FROM refused q WHERE q.contact_id = h.contact_id AND q.channel = 'phone' AND q.position = h.position))
END
CREATE VIEW cases AS
SELECT i.id, i.uid, p.contact_id, i.at AS opened_at, coalesce(nullif(i.subject, ''), i.text) AS title, i.text, i.source,
  iif(i.source IS NULL, '9999', i.at) AS kept_at,
  (SELECT min(a.at) FROM answers a WHERE a.case_id = i.id) AS responded_at,
  (SELECT max(a.at) FROM answers a WHERE a.case_id = i.id) AS answered_at,
  c.closed_at, c.outcome
FROM interaction i JOIN participant p ON p.interaction_id = i.id LEFT JOIN complaint c ON c.id = i.id
WHERE i.kind = 'complaint'
CREATE VIEW channels AS
SELECT contact_id, 'email' AS channel, position, address AS shown, label, verified_on, dead_on FROM email
UNION ALL SELECT contact_id, 'phone', position, iif(extension IS NULL, number, number || ' ext ' || extension), label, verified_on, dead_on FROM phone
CREATE VIEW companies AS
SELECT o.id, o.uid, o.name, o.key, o.domain, o.phone, o.url, o.address, o.city, o.region, o.postcode, o.country, o.note, o.created_at, o.updated_at,
  (SELECT count(*) FROM contact WHERE company_id = o.id AND archived_at IS NULL) AS people,
  (SELECT max(s.last_on) FROM contact c JOIN contact_stats s ON s.contact_id = c.id WHERE c.company_id = o.id) AS last,
  (SELECT coalesce(sum(s.value), 0) FROM contact c JOIN contact_stats s ON s.contact_id = c.id WHERE c.company_id = o.id) AS value,
  (SELECT count(*) FROM deal d LEFT JOIN contact c ON c.id = d.contact_id WHERE o.id IN (d.company_id, c.company_id) AND d.won_at IS NULL AND d.lost_at IS NULL) AS deals
FROM company o
CREATE VIEW consents AS SELECT id, contact_id, basis, given_on, source, withdrawn_on FROM consent
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
LEFT JOIN contact_stats s ON s.contact_id = c.id
CREATE VIEW deals AS
SELECT d.id, d.uid, d.title, d.contact_id,
  coalesce(d.contact_id, (SELECT c.id FROM contact c LEFT JOIN contact_stats s ON s.contact_id = c.id
    WHERE c.company_id = d.company_id AND c.archived_at IS NULL ORDER BY c.do_not_contact, s.last_on DESC, c.id LIMIT 1)) AS person_id, d.company_id, o.name AS company, d.stage, d.amount, d.currency,
  coalesce(d.probability, g.probability) AS probability, d.close, d.stage_since,
  coalesce(d.quoted_on, iif(g.quote, civil(d.stage_since), NULL)) AS quoted_on, d.valid_until, d.won_at, d.lost_at, d.reason, g.rot, g.quote,
  (SELECT max(i.at) FROM interaction i LEFT JOIN kind k ON k.name = i.kind WHERE i.deal_id = d.id AND k.touch IS NOT 0) AS touched_at,
  (SELECT max(i.at) FROM interaction i LEFT JOIN kind k ON k.name = i.kind WHERE i.deal_id = d.id AND k.touch IS NOT 0 AND i.direction IS NOT 'out') AS heard_at,
  d.won_at IS NULL AND d.lost_at IS NULL AS open, d.created_at, d.updated_at
FROM deal d LEFT JOIN stage g ON g.name = d.stage LEFT JOIN company o ON o.id = d.company_id
CREATE VIEW differing AS SELECT contact_id, other_id FROM different
CREATE VIEW emails AS SELECT id, contact_id, position, address, key, label, verified_on, dead_on FROM email
CREATE VIEW follow_ups AS
SELECT f.id, f.uid, f.contact_id, f.due, f.text, f.every, f.anchor, f.done_at, f.snoozed_until, f.snooze_reason, f.source, f.set_by, f.done_by, f.created_at
FROM follow_up f
CREATE VIEW holidays AS SELECT date, name FROM holiday
CREATE VIEW interactions AS
SELECT i.id, i.uid, i.kind, i.at, i.direction, i.subject, i.text, i.amount, i.currency, i.duration, i.deal_id AS deal, i.source,
  k.touch IS NOT 0 AS touch,
  (SELECT json_group_array(contact_id) FROM (SELECT contact_id FROM participant WHERE interaction_id = i.id ORDER BY contact_id)) AS contacts
FROM interaction i LEFT JOIN kind k ON k.name = i.kind
CREATE VIEW key_dates AS SELECT id, contact_id, kind, date, notice FROM key_date
CREATE VIEW merged AS SELECT id, old_id, uid, contact_id, name, key, company_key FROM merged_contact
CREATE VIEW names AS SELECT id, name, key, company_id, birthday, fold(city) AS city, fold(title) AS title FROM contact WHERE archived_at IS NULL
CREATE VIEW open_cases AS
SELECT id, contact_id, opened_at, title, kept_at FROM cases
WHERE closed_at IS NULL AND (source IS NULL OR NOT EXISTS (SELECT 1 FROM complaint_wait w WHERE w.complaint_id = cases.id))
UNION ALL
SELECT id, contact_id, opened_at, title, '9999' FROM cases
WHERE closed_at IS NULL AND source IS NOT NULL AND id IN (SELECT complaint_id FROM complaint_wait)
CREATE VIEW people AS
SELECT c.id, c.name, c.company_id, c.birthday, c.channel, c.lifecycle, c.source, c.referred_by, c.notice_on, c.created_at,
  s.last_on AS last, s.last_at, (SELECT kind FROM interaction WHERE id = s.last_id) AS last_kind,
  s.first_on, s.last_in_at, s.last_out_at, s.heard_at, s.spoke_at, s.word_at, s.unanswered, s.touches, s.next_due AS next,
  CAST(julianday(today()) - julianday(s.last_on) AS INTEGER) AS quiet, s.cadence AS beat, s.stale_on
FROM contact c
LEFT JOIN contact_stats s ON s.contact_id = c.id
WHERE c.archived_at IS NULL AND c.do_not_contact = 0
CREATE VIEW phones AS SELECT id, contact_id, position, number, typed, extension, key, label, verified_on, dead_on FROM phone
CREATE VIEW refused AS
SELECT x.contact_id, 'email' AS channel, x.position, x.dead_on, d.name AS by_name
FROM email x CROSS JOIN email o ON o.key = x.key AND o.id <> x.id CROSS JOIN silent d ON d.id = o.contact_id
UNION ALL
SELECT x.contact_id, 'phone', x.position, x.dead_on, d.name
FROM phone x CROSS JOIN phone o ON o.key = x.key AND o.id <> x.id CROSS JOIN silent d ON d.id = o.contact_id
  CROSS JOIN contact c ON c.id = x.contact_id AND c.key = d.key
CREATE VIEW silences AS
SELECT s.id, s.kind, s.rule, s.contact_id, s.tag_id, t.name AS tag, s.occurrence, s.until, s.reason, s.created_at
FROM silence s LEFT JOIN tag t ON t.id = s.tag_id
CREATE VIEW silent AS SELECT id, name, key FROM contact WHERE do_not_contact
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
), dated AS MATERIALIZED (
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

  date(substr(t.value_past, 1, 10), '+24 months', iif(substr(t.value_past, 6, 5) = '02-29', '+0 days', '+1 day')) AS value_since,
  date(substr(t.value_from, 1, 10), '+24 months', iif(substr(t.value_from, 6, 5) = '02-29', '+0 days', '+1 day')) AS value_until,
  coalesce(h.deals, 0) AS deals, h.pipeline, h.close_on, h.moved_on, h.rot_on, h.quoted_on, h.valid_until,
  d.next_due, d.next_id,
  iif(d.next_due IS NULL, NULL, (SELECT substr(min(due), 1, 10) FROM follow_up WHERE contact_id = n.id AND done_at IS NULL)) AS first_due, n.cadence,
  date(t.last_on, '+' || n.cadence || ' days') AS stale_on
FROM person n LEFT JOIN dated t ON t.contact_id = n.id LEFT JOIN due d ON d.contact_id = n.id LEFT JOIN hoped h ON h.contact_id = n.id
CREATE VIEW summaries AS
SELECT contact_id, touches, last_on AS last, last_at, last_in_at, last_out_at, heard_at, spoke_at, word_at, unanswered, next_due AS next,
  value, deals, pipeline, close_on, moved_on, rot_on, quoted_on, valid_until, first_due, cadence AS beat, stale_on,
  orders, first_order_on, last_order_on, order_gap, order_cv, next_order_on
FROM contact_stats
CREATE VIEW tags AS SELECT x.contact_id, t.id AS tag_id, t.name, t.key FROM contact_tag x JOIN tag t ON t.id = x.tag_id
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
FROM stale_text x CROSS JOIN contact c ON c.id = x.contact_id LEFT JOIN company o ON o.id = c.company_id
CREATE VIEW timeline AS
SELECT p.contact_id, i.id, i.uid, i.kind, i.at, i.direction, i.subject, i.text, i.amount, i.currency, i.duration, i.deal_id, i.source,
  k.touch IS NOT 0 AS touch
FROM participant p JOIN interaction i ON i.id = p.interaction_id LEFT JOIN kind k ON k.name = i.kind
CREATE VIEW waits AS
SELECT w.id, w.complaint_id AS case_id, w.since_at,
  nullif(min(coalesce(w.until_at, '9999'), coalesce((SELECT min(max(o.at, w.since_at)) FROM participant p JOIN participant q ON q.contact_id = p.contact_id
    JOIN interaction o ON o.id = q.interaction_id LEFT JOIN kind k ON k.name = o.kind
    WHERE p.interaction_id = w.complaint_id AND o.id <> w.complaint_id AND o.direction IS NOT 'out' AND k.touch IS NOT 0
      AND (o.at > w.since_at OR (length(o.at) = 17 AND substr(o.at, 1, 10) = substr(w.since_at, 1, 10)))), '9999')), '9999') AS until_at
FROM complaint_wait w
CREATE VIRTUAL TABLE contact_fts USING fts5(name, facts, note, tokenize = 'unicode61 remove_diacritics 0')
CREATE VIRTUAL TABLE interaction_fts USING fts5(subject, text, alias, content = 'interaction', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2')
