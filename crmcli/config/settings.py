"""The one table of settings: what can be set, its default, what it means.

Checking, the file that ``crm init`` writes and the reference are all made from these rows.
``<word>`` in a key stands for a name of the user's own.
"""

from __future__ import annotations

LIFECYCLES = ("lead", "prospect", "customer", "loyal", "lapsed", "partner", "other")

SEARCH_COLUMNS = ("id", "name", "company", "email", "phone", "last", "next", "match")

STAGES = (
    {"name": "new", "probability": 10, "rot": 30, "quote": False},
    {"name": "qualified", "probability": 30, "rot": 30, "quote": False},
    {"name": "proposal", "probability": 50, "rot": 21, "quote": True},
    {"name": "negotiation", "probability": 75, "rot": 14, "quote": False},
    {"name": "won", "probability": 100, "rot": None, "quote": False},
    {"name": "lost", "probability": 0, "rot": None, "quote": False},
)

KEEP = {"daily": 7, "weekly": 5, "monthly": 12, "before": 5}

EXAMPLE_RULE = """[[rule]]
code = "U001"
name = "vip-gone-quiet"
where = "+vip quiet:30d not is:lapsed"
severity = "due"
message = "VIP, silent for {quiet} days"
action = ["log", "call", "{id}"]"""

# fmt: off
# key, kind (a checker in check.py, or the allowed words with | between), default, example in TOML
# for what has no default, meaning. Keys without a section come first: TOML wants them there.
SETTINGS: tuple[tuple[str, str, object, str, str], ...] = (
    ("languages", "languages", ("en",), "", "Languages you write dates in, the first one first; follows owner.language."),
    ("date_order", "dmy|mdy|ymd", None, '"dmy"', "How to read 01/02/2026; without it such a date is an error."),
    ("database", "path", None, '"~/crm/crm.db"', "The database file; ~ is your home, a relative path starts at this file's folder."),
    ("leap", "28|march", "28", "", "Where a yearly 29 February falls in other years: 28 February, or 1 March."),
    ("profile", "eu|none", "none", "", "eu turns on the rules about lawful basis and notices, P802 and P803."),
    ("owner.name", "text", None, '"Maria Example"', "Your name, for drafts and signatures."),
    ("owner.emails", "emails", (), '["maria@bakery.example"]', "Your own addresses: they tell mail you sent from mail you got."),
    ("owner.url", "text", None, '"https://bakery.example"', "Your web address, for drafts."),
    ("owner.country", "country", None, '"PL"', "Where you are: the region of phone numbers typed without +."),
    ("owner.currency", "currency", None, '"PLN"', "What sums are shown in; follows owner.country, else EUR."),
    ("owner.language", "language", None, '"pl"', "The language of your drafts; the first of languages."),
    ("owner.timezone", "zone", None, '"Europe/Warsaw"', "Your time zone; without it, the computer's."),
    ("cadence.lead", "days", 14, "", "Days a lead may stay quiet; 0 for no limit."),
    ("cadence.prospect", "days", 61, "", "Days a prospect may stay quiet: six touches a year."),
    ("cadence.customer", "days", 91, "", "Days a customer may stay quiet: four touches a year."),
    ("cadence.loyal", "days", 91, "", "Days a loyal customer may stay quiet."),
    ("cadence.lapsed", "days", 0, "", "Days somebody lapsed may stay quiet."),
    ("cadence.partner", "days", 91, "", "Days a partner may stay quiet."),
    ("cadence.other", "days", 0, "", "Days anybody else may stay quiet."),
    ("cadence.tags.<tag>", "days", None, "vip = 30", "Days people with a tag may stay quiet; the shortest of a person's tags counts."),
    ("days.off", "weekdays", ("saturday", "sunday"), "", "Days of the week nothing falls due on."),
    ("days.country", "holidays", None, '"DE-BY"', "Whose public holidays nothing falls due on: a country, also with a region, or none; follows owner.country."),
    ("days.holidays", "dates", (), "[2026-08-17, 2026-12-31]", "More dates nothing falls due on."),
    ("kinds.call", "kind", {"touch": True}, "", "A telephone or video call; a touch resets the clock of a cadence."),
    ("kinds.email", "kind", {"touch": True}, "", "An e-mail, sent or received."),
    ("kinds.meeting", "kind", {"touch": True}, "", "A meeting."),
    ("kinds.message", "kind", {"touch": True}, "", "A message by text or chat."),
    ("kinds.visit", "kind", {"touch": True}, "", "A visit, theirs or yours."),
    ("kinds.purchase", "kind", {"touch": True}, "", "They bought."),
    ("kinds.return", "kind", {"touch": True}, "", "They sent something back."),
    ("kinds.complaint", "kind", {"touch": True}, "", "They complained; opens a case."),
    ("kinds.note", "kind", {"touch": False}, "", "A note to yourself; not a touch."),
    ("kinds.<kind>", "kind", None, "webinar = { touch = false }", "A kind of your own for crm log, a touch or not."),
    ("deals.stages", "stages", STAGES, "", "The stages of a deal in order: probability in percent, rot in days without a touch or a move, quote where a quote was sent. won and lost are always there."),
    ("rates.<currency>", "rate", None, "USD = 3.61\nGBP = { 2026-01-01 = 4.85, 2026-07-01 = 4.90 }", "What one unit is worth in your currency, or what it was worth from each day on."),
    ("rules.select", "codes", (), '["F", "R", "T601"]', "Rules to run: codes, prefixes or names; all when empty."),
    ("rules.ignore", "codes", (), '["R203"]', "Rules not to run."),
    ("rules.<rule>.<option>", "option", None, "[rules.never-contacted]\ndays = 30", "Options of a rule; crm rule show CODE lists them."),
    ("required.<lifecycle>", "texts", None, 'customer = ["email", "phone"]', "Fields that people of a lifecycle should have."),
    ("backup.folder", "path", None, '"~/crm-backups"', "Where backups go, best on another disk than the book; without it, the folder backups beside the default book."),
    ("backup.keep", "keep", KEEP, "", "Of how many days, weeks and months the last backup is kept, and how many that were taken before bulk changes; or one number, the newest so many."),
    ("backup.before", "switch", True, "", "Whether a copy is taken before each bulk change and each migration."),
    ("views.<view>", "text", None, 'hot = "is:prospect quiet:30d"', "A saved query, used as @NAME in any query."),
    ("output.columns", "texts", SEARCH_COLUMNS, "", "Columns of crm search."),
    ("rule", "rules", (), EXAMPLE_RULE, "A rule of your own; read only when nobody else can write this file."),
)
# fmt: on

# What one unit was worth in euro around the start of 2026, rounded, and the countries that pay in
# it; every other country counts as paying in euro. Good enough to rank people and to add up a
# pipeline; whoever needs more sets [rates].
RATES: tuple[tuple[str, float, str], ...] = (
    ("EUR", 1.0, ""),
    ("AED", 0.232, "AE"),
    ("ALL", 0.0103, "AL"),
    ("AMD", 0.00223, "AM"),
    ("ARS", 0.00058, "AR"),
    ("AUD", 0.57, "AU"),
    ("BAM", 0.5113, "BA"),
    ("BRL", 0.155, "BR"),
    ("BYN", 0.29, "BY"),
    ("CAD", 0.62, "CA"),
    ("CHF", 1.07, "CH LI"),
    ("CLP", 0.00094, "CL"),
    ("CNY", 0.122, "CN"),
    ("CZK", 0.0411, "CZ"),
    ("DKK", 0.134, "DK FO GL"),
    ("EGP", 0.018, "EG"),
    ("GBP", 1.15, "GB GG IM JE"),
    ("GEL", 0.316, "GE"),
    ("HKD", 0.109, "HK"),
    ("HUF", 0.0026, "HU"),
    ("IDR", 0.000051, "ID"),
    ("ILS", 0.267, "IL"),
    ("INR", 0.0095, "IN"),
    ("ISK", 0.0068, "IS"),
    ("JPY", 0.00545, "JP"),
    ("KRW", 0.00059, "KR"),
    ("KZT", 0.00167, "KZ"),
    ("MDL", 0.0505, "MD"),
    ("MKD", 0.0162, "MK"),
    ("MXN", 0.0475, "MX"),
    ("NOK", 0.0845, "NO SJ"),
    ("NZD", 0.49, "NZ"),
    ("PLN", 0.237, "PL"),
    ("RON", 0.1965, "RO"),
    ("RSD", 0.00852, "RS"),
    ("RUB", 0.0108, "RU"),
    ("SAR", 0.227, "SA"),
    ("SEK", 0.0925, "SE"),
    ("SGD", 0.663, "SG"),
    ("THB", 0.027, "TH"),
    ("TRY", 0.0198, "TR"),
    ("TWD", 0.027, "TW"),
    ("UAH", 0.0202, "UA"),
    ("USD", 0.852, "US PR EC SV PA"),
    ("VND", 0.0000325, "VN"),
    ("ZAR", 0.0515, "ZA"),
)

KINDS: dict[str, str] = {row[0]: row[1] for row in SETTINGS}
DEFAULTS: dict[str, object] = {row[0]: row[2] for row in SETTINGS if "<" not in row[0]}

# Sections whose names the user makes up, and the key of the row that rules them.
OPEN: dict[str, str] = {
    row[0].partition(".<")[0]: row[0] for row in SETTINGS if row[0].count("<") == 1
}
SECTIONS = frozenset(key.rpartition(".")[0] for key in DEFAULTS if "." in key) | frozenset(OPEN)


def place(key: str) -> tuple[str, str]:
    """The section and the name in it, ``cadence.tags`` and ``big.spender`` for example."""
    for section in OPEN:
        if key.startswith(section + "."):
            return section, key[len(section) + 1 :]
    section, _, name = key.rpartition(".")
    return section, name


def row_of(key: str) -> str | None:
    """The key in SETTINGS that rules ``key``: itself or a pattern; None for no setting."""
    if key in DEFAULTS:
        return key
    section, name = place(key)
    if section.startswith("rules.") and section.count(".") == 1:
        return "rules.<rule>.<option>"
    return OPEN.get(section) if _may_name(section, name) else None


def _may_name(section: str, name: str) -> bool:
    """Whether a section of the user's own names can have this one."""
    if section == "required":
        return name in LIFECYCLES
    if section == "rates":
        return len(name) == 3 and name.isascii() and name.isalpha() and name.isupper()
    if section == "kinds":
        return name == name.lower() and len(name.split()) == 1
    return bool(name.strip())


def default_currency(country: str | None) -> str:
    """The currency of a two-letter country code, EUR when it is not among RATES or None."""
    if country:
        for currency, _, countries in RATES:
            if country in countries.split():
                return currency
    return "EUR"


def euro_rate(currency: str) -> float | None:
    """What one unit of ``currency`` is worth in euro by the shipped table; None when not there."""
    for code, rate, _ in RATES:
        if code == currency:
            return rate
    return None
