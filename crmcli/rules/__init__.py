"""The rules: what needs the owner. One file a rule, one line a rule here.

Codes are never reused. A rule is named after its file: ``crmcli.rules.follow_up_due`` is
``follow-up-due``.
"""

# Asks for a touch: the morning.
TOUCH = {
    "C401": "crmcli.rules.reorder_due",
    "C402": "crmcli.rules.churn_risk",
    "C403": "crmcli.rules.key_customer_quiet",
    "C404": "crmcli.rules.loyal_unmarked",
    "C405": "crmcli.rules.second_sale",
    "C406": "crmcli.rules.renewal_due",
    "C407": "crmcli.rules.first_year",
    "D301": "crmcli.rules.rotting_deal",
    "D302": "crmcli.rules.close_date_past",
    "D303": "crmcli.rules.quote_unanswered",
    "F101": "crmcli.rules.follow_up_due",
    "F102": "crmcli.rules.promise_open",
    "F103": "crmcli.rules.reply_owed",
    "F104": "crmcli.rules.no_next_step",
    "F105": "crmcli.rules.unanswered",
    "R201": "crmcli.rules.quiet",
    "R202": "crmcli.rules.lead_untouched",
    "R205": "crmcli.rules.over_contacted",
    "S501": "crmcli.rules.unthanked",
    "S502": "crmcli.rules.complaint_open",
    "S503": "crmcli.rules.check_back",
    "T601": "crmcli.rules.birthday",
    "T602": "crmcli.rules.anniversary",
}
# Asks for tidying up: crm check.
TIDY = {
    "P801": "crmcli.rules.dnc_conflict",
    "P802": "crmcli.rules.no_basis",
    "P803": "crmcli.rules.notice_due",
    "P804": "crmcli.rules.retention",
    "Q701": "crmcli.rules.unverified",
    "Q702": "crmcli.rules.dead_channel",
    "Q703": "crmcli.rules.unreachable",
    "Q704": "crmcli.rules.incomplete",
    "Q705": "crmcli.rules.duplicate",
    "Q706": "crmcli.rules.impossible_date",
    "Q707": "crmcli.rules.malformed",
    "R203": "crmcli.rules.never_contacted",
    "R204": "crmcli.rules.lapsed",
}
RULES = dict(sorted((TOUCH | TIDY).items()))
