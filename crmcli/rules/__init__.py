"""The rules: what needs the owner. One file a rule, one line a rule here.

Codes are never reused. A rule is named after its file: ``crmcli.rules.follow_up_due`` is
``follow-up-due``.
"""

# Asks for a touch: the morning.
TOUCH = {
    "F101": "crmcli.rules.follow_up_due",
    "F103": "crmcli.rules.reply_owed",
    "R201": "crmcli.rules.quiet",
    "R202": "crmcli.rules.lead_untouched",
    "T601": "crmcli.rules.birthday",
}
# Asks for tidying up: crm check.
TIDY = {
    "R203": "crmcli.rules.never_contacted",
    "Q703": "crmcli.rules.unreachable",
    "Q705": "crmcli.rules.duplicate",
    "Q706": "crmcli.rules.impossible_date",
}
RULES = dict(sorted((TOUCH | TIDY).items()))
