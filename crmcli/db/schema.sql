-- Version 1: the whole model. Tables are singular and hold the truth; the views of views.sql are plural and are what
-- everything else reads. Amounts are INTEGER ten-thousandths, instants UTC text, dates civil text. Positions start at 0.
-- AUTOINCREMENT wherever there is an id: a redo brings rows back under theirs, so nobody else may have got it since.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE company (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  key TEXT NOT NULL,                -- folded, without legal forms; equal keys are the same company
  domain TEXT, phone TEXT, url TEXT,
  address TEXT, city TEXT, region TEXT, postcode TEXT, country TEXT,
  note TEXT,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX company_key ON company(key);

CREATE TABLE contact (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL, given TEXT, family TEXT,
  key TEXT NOT NULL,                -- the folded words of the name, sorted: equal in any order, case and script
  company_id INTEGER REFERENCES company(id),
  title TEXT,
  address_label TEXT,               -- work, home or as others call it
  address TEXT, city TEXT, region TEXT, postcode TEXT, country TEXT,
  birthday TEXT,                    -- YYYY-MM-DD or --MM-DD
  language TEXT, currency TEXT, channel TEXT,
  lifecycle TEXT NOT NULL,
  cadence INTEGER,                  -- days; NULL leaves it to the tags and the lifecycle
  source TEXT,
  referred_by INTEGER REFERENCES contact(id),
  note TEXT,
  do_not_contact INTEGER NOT NULL DEFAULT 0,
  verified_on TEXT,
  notice_on TEXT,                   -- told of the processing of their data
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL, archived_at TEXT
) STRICT;
CREATE INDEX contact_key ON contact(key);
CREATE INDEX contact_lead ON contact(created_at) WHERE lifecycle = 'lead';
CREATE INDEX contact_company ON contact(company_id) WHERE company_id IS NOT NULL;
CREATE INDEX contact_birthday ON contact(substr(birthday, -5)) WHERE birthday IS NOT NULL;
CREATE INDEX contact_silent ON contact(id) WHERE do_not_contact;
CREATE INDEX contact_referred_by ON contact(referred_by) WHERE referred_by IS NOT NULL;

CREATE TABLE email (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))),
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  position INTEGER NOT NULL,
  address TEXT NOT NULL,
  key TEXT NOT NULL,                -- case and IDN unified
  label TEXT,
  verified_on TEXT, dead_on TEXT    -- known to work; bounced
) STRICT;
CREATE INDEX email_contact ON email(contact_id);
CREATE INDEX email_key ON email(key);
CREATE INDEX email_dead ON email(contact_id) WHERE dead_on IS NOT NULL;

CREATE TABLE phone (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))),
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  position INTEGER NOT NULL,
  number TEXT NOT NULL,             -- E.164 when valid, else as typed
  typed TEXT,                       -- as typed, where that says more than the number
  extension TEXT,
  key TEXT NOT NULL,                -- digits to match by
  label TEXT,
  verified_on TEXT, dead_on TEXT    -- known to work; a wrong number
) STRICT;
CREATE INDEX phone_contact ON phone(contact_id);
CREATE INDEX phone_key ON phone(key);
CREATE INDEX phone_odd ON phone(substr(key, -7)) WHERE number NOT GLOB '+*'; -- numbers without a country
CREATE INDEX phone_dead ON phone(contact_id) WHERE dead_on IS NOT NULL;

-- Addresses beyond the first, which stands in the contact itself.
CREATE TABLE address (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))),
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  position INTEGER NOT NULL,
  label TEXT, address TEXT, city TEXT, region TEXT, postcode TEXT, country TEXT
) STRICT;
CREATE INDEX address_contact ON address(contact_id);

CREATE TABLE link (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))),
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  position INTEGER NOT NULL,
  url TEXT NOT NULL
) STRICT;
CREATE INDEX link_contact ON link(contact_id);

CREATE TABLE tag (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, key TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE contact_tag (
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  tag_id INTEGER NOT NULL REFERENCES tag(id),
  PRIMARY KEY (contact_id, tag_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_tag_tag ON contact_tag(tag_id);

-- Custom fields.
CREATE TABLE field (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, key TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE contact_field (
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  field_id INTEGER NOT NULL REFERENCES field(id),
  value TEXT NOT NULL,
  PRIMARY KEY (contact_id, field_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_field_field ON contact_field(field_id);

CREATE TABLE key_date (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))),
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  kind TEXT NOT NULL,
  date TEXT NOT NULL,               -- YYYY-MM-DD or --MM-DD
  notice INTEGER                    -- days
) STRICT;
CREATE INDEX key_date_contact ON key_date(contact_id);
CREATE INDEX key_date_day ON key_date(substr(date, -5));
CREATE INDEX key_date_kind ON key_date(kind, date) WHERE notice IS NULL;
CREATE INDEX key_date_notice ON key_date(date) WHERE notice IS NOT NULL;

-- On what lawful basis a person may be written to.
CREATE TABLE consent (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))),
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  basis TEXT NOT NULL,
  given_on TEXT NOT NULL, source TEXT,
  withdrawn_on TEXT
) STRICT;
CREATE INDEX consent_contact ON consent(contact_id);

-- What a merge took away still names the person: by its number and uid, and by its name and company in an import.
CREATE TABLE merged_contact (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  old_id INTEGER UNIQUE,            -- NULL for one that came merged from another book
  uid TEXT NOT NULL UNIQUE,
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  name TEXT NOT NULL,
  key TEXT NOT NULL,                -- of the name, as contact.key
  company_key TEXT                  -- of its company, as company.key
) STRICT;
CREATE INDEX merged_contact_contact ON merged_contact(contact_id);
CREATE INDEX merged_contact_key ON merged_contact(key);

-- Two who look alike and are different people; the smaller id first.
CREATE TABLE different (
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  other_id INTEGER NOT NULL REFERENCES contact(id),
  PRIMARY KEY (contact_id, other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX different_other ON different(other_id);

CREATE TABLE deal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  contact_id INTEGER REFERENCES contact(id),
  company_id INTEGER REFERENCES company(id),
  stage TEXT NOT NULL,
  amount INTEGER, currency TEXT,
  probability INTEGER,              -- percent; NULL leaves it to the stage
  close TEXT,                       -- expected
  stage_since TEXT NOT NULL,
  quoted_on TEXT,                   -- the quote was sent; NULL leaves it to the stage
  valid_until TEXT,                 -- of the quote
  won_at TEXT, lost_at TEXT, reason TEXT,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX deal_contact ON deal(contact_id);
CREATE INDEX deal_company ON deal(company_id) WHERE company_id IS NOT NULL;
CREATE INDEX deal_unowned ON deal(company_id) WHERE contact_id IS NULL AND won_at IS NULL AND lost_at IS NULL;
CREATE INDEX deal_open ON deal(close) WHERE won_at IS NULL AND lost_at IS NULL;

CREATE TABLE interaction (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  at TEXT NOT NULL,                 -- UTC; YYYY-MM-DDT12:00Z, without seconds, where only the day is known
  direction TEXT CHECK (direction IN ('in', 'out')),
  subject TEXT, text TEXT,
  alias TEXT,                       -- folded words that the tokenizer would not fold itself (values/text.py)
  amount INTEGER, currency TEXT,
  duration INTEGER,                 -- seconds
  deal_id INTEGER REFERENCES deal(id),
  source TEXT
) STRICT;
CREATE INDEX interaction_deal ON interaction(deal_id) WHERE deal_id IS NOT NULL;
-- The orders of the last days, without reading the timelines of those who order every day.
CREATE INDEX interaction_order ON interaction(at) WHERE kind IN ('purchase', 'return');

-- Until when a complaint is kept in sight: one of a file is history in time, all others wait to be closed.
CREATE INDEX interaction_complaint ON interaction(iif(source IS NULL, '9999', at)) WHERE kind = 'complaint';

-- How a complaint ended; one without a row here has not been closed.
CREATE TABLE complaint (
  id INTEGER PRIMARY KEY REFERENCES interaction(id),
  closed_at TEXT NOT NULL,
  outcome TEXT
) STRICT;
CREATE INDEX complaint_closed ON complaint(closed_at);
-- Spans in which nothing was for the owner to do. A complaint of a file that has one is kept in sight like any other.
CREATE TABLE complaint_wait (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))),
  complaint_id INTEGER NOT NULL REFERENCES interaction(id),
  since_at TEXT NOT NULL,
  until_at TEXT                     -- NULL: until the customer is heard
) STRICT;
CREATE INDEX complaint_wait_complaint ON complaint_wait(complaint_id);

CREATE TABLE participant (
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  interaction_id INTEGER NOT NULL REFERENCES interaction(id),
  PRIMARY KEY (contact_id, interaction_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX participant_interaction ON participant(interaction_id);

CREATE TABLE follow_up (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL UNIQUE,
  contact_id INTEGER NOT NULL REFERENCES contact(id),
  due TEXT NOT NULL,                -- civil YYYY-MM-DD or YYYY-MM-DDTHH:MM
  text TEXT NOT NULL,
  every TEXT,                       -- canonical rule of values/repeat.py
  anchor TEXT,                      -- the first due date, from which repeats are counted
  done_at TEXT,
  snoozed_until TEXT, snooze_reason TEXT,
  source TEXT NOT NULL,             -- remind, log, promise or the file it came from
  set_by INTEGER REFERENCES interaction(id),
  done_by INTEGER REFERENCES interaction(id),
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX follow_up_contact ON follow_up(contact_id);
CREATE INDEX follow_up_open ON follow_up(due, contact_id, snoozed_until, source) WHERE done_at IS NULL;
CREATE INDEX follow_up_set_by ON follow_up(set_by) WHERE set_by IS NOT NULL;
CREATE INDEX follow_up_done_by ON follow_up(done_by) WHERE done_by IS NOT NULL;

CREATE TABLE saved_view (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, query TEXT NOT NULL) STRICT;

-- What the owner doesn't want to hear: a rule on a person or a tag; rule NULL is the whole person.
CREATE TABLE silence (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL DEFAULT (lower(hex(randomblob(8)))),
  kind TEXT NOT NULL CHECK (kind IN ('ack', 'snooze', 'ignore')),
  rule TEXT,
  contact_id INTEGER REFERENCES contact(id),
  tag_id INTEGER REFERENCES tag(id),
  occurrence TEXT,                  -- ack: the occurrence acknowledged; the next one is heard again
  until TEXT,                       -- snooze: the first day on which it is heard again
  reason TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX silence_contact ON silence(contact_id);
CREATE INDEX silence_tag ON silence(tag_id) WHERE tag_id IS NOT NULL;

CREATE TABLE external_id (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  noun TEXT NOT NULL CHECK (noun IN ('contact', 'company', 'interaction', 'follow_up', 'deal')),
  row_id INTEGER NOT NULL,
  system TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (noun, system, value)
) STRICT;
CREATE INDEX external_id_row ON external_id(noun, row_id);

-- Of people who were erased (crm forget): keyed hashes of what an import would know them by; meta.forget_key is the key.
CREATE TABLE forgotten (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash TEXT NOT NULL UNIQUE,        -- HMAC-SHA256, hexadecimal
  kind TEXT NOT NULL,               -- email, phone, uid, id (of another system), redacted (a uid: texts were cut), left (a uid: crm merge-book left it out)
  at TEXT NOT NULL
) STRICT;

-- What `remind --new` has shown already. Not part of the history: seeing is not changing.
CREATE TABLE shown (
  handle TEXT NOT NULL, occurrence TEXT NOT NULL, on_date TEXT NOT NULL,
  PRIMARY KEY (handle, occurrence)
) STRICT, WITHOUT ROWID;

-- The history. One set a command; triggers write the changes. An insert of a whole range (imports) is one change.
CREATE TABLE change_set (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The same in every copy of the book, above all that this copy knew of (db/turn.py); below all where nobody cared.
  uid TEXT NOT NULL UNIQUE DEFAULT ('0' || substr(lower(hex(randomblob(8))), 2)),
  at TEXT NOT NULL,
  command TEXT NOT NULL,
  undoes INTEGER REFERENCES change_set(id),
  undone_by INTEGER REFERENCES change_set(id)
) STRICT;
CREATE INDEX change_set_undoes ON change_set(undoes) WHERE undoes IS NOT NULL;
CREATE TABLE change (
  id INTEGER PRIMARY KEY,
  set_id INTEGER NOT NULL REFERENCES change_set(id),
  noun TEXT NOT NULL,               -- the table
  row_id INTEGER NOT NULL,          -- its id; with contact_id the key of tables without one
  row_last INTEGER,                 -- the last id of a range
  contact_id INTEGER,               -- whose history this belongs to
  op TEXT NOT NULL CHECK (op IN ('insert', 'update', 'delete')),
  data TEXT                         -- JSON: update, {column: [before, after]}; delete, the row as it was
) STRICT;
CREATE INDEX change_by_set ON change(set_id);
CREATE INDEX change_by_contact ON change(contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX change_by_row ON change(noun, row_id);
CREATE INDEX change_range ON change(noun, row_id) WHERE row_last IS NOT NULL;

-- What merge-book took in from other copies. A merge that was undone counts as if it had never been.
-- Change sets of theirs that this book knows of since; beside them the merge itself.
CREATE TABLE taken_set (
  uid TEXT PRIMARY KEY,
  set_id INTEGER REFERENCES change_set(id) -- the merge; NULL where it changed nothing
) STRICT, WITHOUT ROWID;
CREATE INDEX taken_set_by ON taken_set(set_id);
-- Which change set, theirs or the merge, made a value that a merge wrote; rows and ranges as in change.
CREATE TABLE taken_value (
  id INTEGER PRIMARY KEY,
  set_id INTEGER REFERENCES change_set(id),
  noun TEXT NOT NULL, row_id INTEGER NOT NULL, row_last INTEGER, contact_id INTEGER,
  field TEXT NOT NULL,              -- the column; empty for the row
  uid TEXT NOT NULL
) STRICT;
CREATE INDEX taken_value_uid ON taken_value(uid);

-- Derived from here on: recomputed and compared by `crm doctor`, never the only home of a fact.

-- Copies of the config that SQL needs; meta.config says of which config they are.
CREATE TABLE kind (name TEXT PRIMARY KEY, touch INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE cadence (scope TEXT NOT NULL, name TEXT NOT NULL, days INTEGER NOT NULL, PRIMARY KEY (scope, name)) STRICT, WITHOUT ROWID;
CREATE TABLE rate (currency TEXT PRIMARY KEY, factor REAL NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE stage (name TEXT PRIMARY KEY, position INTEGER NOT NULL, probability INTEGER NOT NULL, rot INTEGER, quote INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE holiday (date TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE contact_stats (
  contact_id INTEGER PRIMARY KEY,
  touches INTEGER NOT NULL,
  first_on TEXT,
  last_on TEXT, last_at TEXT, last_id INTEGER, last_in_at TEXT, last_out_at TEXT,
  heard_at TEXT,                    -- the last touch that was not the owner's alone
  spoke_at TEXT,                    -- the last touch that was not theirs alone
  word_at TEXT,                     -- the last of these that was no order, return or complaint
  unanswered INTEGER NOT NULL,      -- outbound touches since
  orders INTEGER NOT NULL, first_order_on TEXT, last_order_on TEXT,
  order_gap INTEGER,                -- median days between orders, from 2 gaps on
  order_cv INTEGER,                 -- coefficient of variation of these gaps, in percent
  next_order_on TEXT,               -- last_order_on + order_gap
  value INTEGER NOT NULL,           -- ten-thousandths of the owner's currency, net, 24 months
  value_since TEXT,                 -- the first day on which that is so
  value_until TEXT,                 -- the day from which that has to be counted anew
  deals INTEGER NOT NULL,           -- open ones
  pipeline INTEGER,                 -- open deals, amount by probability in percent; NULL without
  close_on TEXT,                    -- of the open deals the first expected close,
  moved_on TEXT, rot_on TEXT,       -- the first move and the first end of a stage's limit after one,
  quoted_on TEXT, valid_until TEXT, -- the first quote and the last day of one
  next_due TEXT, next_id INTEGER,
  first_due TEXT,                   -- the day of the first open follow-up, as if none were put off
  cadence INTEGER,
  stale_on TEXT                     -- the day on which the cadence ends
) STRICT;
CREATE INDEX stats_beat ON contact_stats(cadence, last_on);
CREATE INDEX stats_owed ON contact_stats(last_on) WHERE last_in_at = last_at;
CREATE INDEX stats_value ON contact_stats(value) WHERE value > 0;
CREATE INDEX stats_pipeline ON contact_stats(pipeline) WHERE pipeline IS NOT NULL AND value <= 0;
CREATE INDEX stats_unanswered ON contact_stats(last_out_at) WHERE unanswered >= 3;
CREATE INDEX stats_first_order ON contact_stats(first_order_on) WHERE first_order_on IS NOT NULL;
CREATE INDEX stats_last_order ON contact_stats(last_order_on) WHERE last_order_on IS NOT NULL;
CREATE INDEX stats_next_order ON contact_stats(next_order_on) WHERE next_order_on IS NOT NULL;
CREATE INDEX stats_value_since ON contact_stats(value_since) WHERE value_since IS NOT NULL;
CREATE INDEX stats_value_until ON contact_stats(value_until) WHERE value_until IS NOT NULL;

-- People whose summaries or search text wait for the end of the transaction; empty at rest.
CREATE TABLE stale_stats (contact_id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE stale_text (contact_id INTEGER PRIMARY KEY) STRICT;

-- Folded by fold() already, so the tokenizer need not; kept whole so that a row can leave by its id alone.
CREATE VIRTUAL TABLE contact_fts USING fts5(name, facts, note, tokenize = 'unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE interaction_fts USING fts5(subject, text, alias, content = 'interaction', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2');
