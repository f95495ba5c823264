"""Mending what rules found: crm check --fix and --unsafe-fixes."""

from __future__ import annotations

from crmcli import unheard
from crmcli.db import backups, derived
from crmcli.rules import engine, tally
from crmcli.store import silences
from crmcli.store.fixes import FIXES, Job
from crmcli.writing import Writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crmcli.context import App
    from crmcli.rules.base import Rule

# One fix can uncover what another mends: an address without its brackets turns out misspelt.
_PASSES = 5
_DUE = 7  # working days to the next step that is set


def mend(
    app: App, rules: list[Rule], *, unsafe: bool, asked: bool, dry_run: bool, yes: bool
) -> None:
    """Mend what stands in ``finding``, in one change, and say so; leave there what is found then.

    Args:
        app: the run.
        rules: those that found it.
        unsafe: not only what is safe.
        asked: only the people whom ``engine.only`` left.
        dry_run: do and count the same, and roll it back; ``finding`` stays as it was.
        yes: don't ask before what is not safe.

    Raises:
        UsageError: something is not safe, and there is nobody to ask.
    """
    found = tally.choose(app.db, unsafe=unsafe)
    if not found:
        _, more = tally.fixable(app.db)
        app.out.note("nothing to fix" + (f"; {more:,} with --unsafe-fixes" if more else ""))
        return
    by_code = {rule.code: rule for rule in rules}
    risky = tally.chosen(app.db, "unsafe")
    if risky and not (dry_run or yes):
        what = "; ".join(_told(by_code, risky, "do"))
        if not app.out.confirm(f"{what[:1].upper()}{what[1:]}"):
            app.out.note("nothing changed")
            return
    some = _needed(rules)
    done: dict[str, int] = {}
    if not dry_run:
        backups.before(app, "fix")
    put_off = silences.of_people(app.db, app.today.isoformat())
    with Writing(app, dry_run=dry_run):
        for _ in range(_PASSES):
            # Anew in each pass, also the first: others may have written while we asked.
            engine.fill(app.db, app.config, some, app.day)
            if asked:
                tally.only_asked(app.db)
            found = tally.choose(app.db, unsafe=unsafe)
            if not found:
                break
            for code, people in found.items():
                _apply(app, by_code[code])
                done[code] = done.get(code, 0) + people
            derived.refresh(app.db)
        unsnoozed = unheard.of_merged(app, put_off)
    for line in _told(by_code, done, "do" if dry_run else "did"):
        app.out.note(f"would {line}" if dry_run else line)
    for line in unsnoozed:
        app.out.note(line)
    if dry_run:
        return
    app.out.note("crm undo takes it back" if done else "nothing to fix any more")
    engine.fill(app.db, app.config, rules, app.day)
    if asked:
        tally.only_asked(app.db)


def _needed(rules: list[Rule]) -> list[Rule]:
    """The rules with a fix, those that mute one of these, and those that mute these in turn."""
    needed = {rule.code for rule in rules if rule.fix}
    muting = {rule.code: {entry.partition(":")[0] for entry in rule.mutes} for rule in rules}
    while more := {code for code, muted in muting.items() if muted & needed} - needed:
        needed |= more
    return [rule for rule in rules if rule.code in needed]


def _apply(app: App, rule: Rule) -> None:
    due = app.day.working_ahead(_DUE)
    FIXES[rule.fix].apply(Job(app.db, rule.code, at=app.at, due=due, region=app.region))


def _told(by_code: dict[str, Rule], people: dict[str, int], mood: str) -> list[str]:
    """What is done to how many people, a line a rule: ``archive 3 people (R203)``."""
    lines = []
    for code, number in sorted(people.items()):
        words: str = getattr(FIXES[by_code[code].fix], mood)
        counted = f"{number:,} {'person' if number == 1 else 'people'}"
        lines.append(f"{words.format(counted)} ({code})")
    return lines
