"""The morning: whom to contact today, first things first, each with the reasons and what to type."""

from __future__ import annotations

from crmcli.output import shell
from crmcli.rules import channel, engine, rank, shown
from crmcli.rules.follow_up_due import HELD

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from crmcli.config import Config
    from crmcli.rules.base import Day, Rule

_SMALL = 1000  # people
MANY = 1000  # people behind those shown who are no longer counted one by one
_SET = "F101"  # what a touch completes; a promise is kept or it is not
_TRIED = "F105"  # the usual channel was, in vain
_PUT_OFF = """
SELECT count(*) FROM follow_ups f CROSS JOIN people c ON c.id = f.contact_id
WHERE f.done_at IS NULL AND f.due < :end AND f.snoozed_until >= :end
  AND iif(f.source = 'promise', 'F102', 'F101') IN ({codes})
"""


class Item:
    """One row: a person and why.

    Attributes:
        score: in thousandths.
        code, handle, severity, message, due: of the best reason; due is a date, or None.
        reasons: the messages of the further ones.
        contact: the person as JSON names one, ``{id, uid, name, email}``. company: or None.
        action: the command to run next, as words without ``crm``.
        marks: ``(handle, occurrence)`` of every reason.
        more: for every reason, how many others of a batch it stands for.
    """

    __slots__ = (
        "action",
        "code",
        "company",
        "contact",
        "due",
        "handle",
        "marks",
        "message",
        "more",
        "reasons",
        "score",
        "severity",
    )

    def __init__(
        self, score: int, rows: Sequence[sqlite3.Row], messages: Sequence[str], person: sqlite3.Row
    ) -> None:
        """Take the rows of ``scored`` of one person, the best first, and what each says."""
        texts = [told(row, text) for row, text in zip(rows, messages, strict=True)]
        best = rows[0]
        self.score = score
        self.code: str = best["code"]
        self.handle = handle_of(best)
        self.severity: int = best["grade"]
        self.due: str | None = best["due"]
        self.message = texts[0]
        self.reasons = texts[1:]
        self.contact = {key: person[key] for key in ("id", "uid", "name", "email")}
        self.company: str | None = person["company"]
        self.marks = [(handle_of(row), row["occurrence"]) for row in rows]
        self.more = [row["more"] or 0 for row in rows]
        self.action: list[str] = []


def handle_of(row: sqlite3.Row) -> str:
    """The handle of a row of ``finding`` or ``scored``."""
    return row["ref"] or f"{row['code']}:{row['contact_id']}"


def batch_of(row: sqlite3.Row) -> str | None:
    """The query that finds all of the batch whose line this is, None for one alone."""
    return row["batch"] if row["more"] else None


def told(row: sqlite3.Row, text: str) -> str:
    """What it says, and how many others of a batch it stands for."""
    return f"{text}; {row['more']} more like it" if row["more"] else text


def prepare(
    db: sqlite3.Connection,
    config: Config,
    rules: Sequence[Rule],
    day: Day,
    *,
    where: tuple[str, Sequence[object]] | None = None,
    most: int | None = None,
    new: bool = False,
) -> bool:
    """Run the rules and score what they find, into the TEMP TABLE ``finding``, seen by ``scored``.

    Args:
        db: the book.
        config: for the rules' options and the working days.
        rules: that ask for a touch.
        day: to look at.
        where: only people for whom this condition over ``contacts c`` holds.
        most: people of whom all must be there, everybody by default.
        new: only what was not shown before.

    Returns:
        Whether all are there; if not, more than MANY are behind the first ``most``.
    """
    values = engine.ready(db, config, rules, day)
    rank.create(db, day)
    people = None
    few = _is_small(db)
    if not few:
        from crmcli.rules import front

        people = front.named(db, rules, values)
        few = people is not None
        quick = not few and most is not None and where is None and not new
        if quick and front.fill(db, config, rules, day, values=values, most=most or 0, many=MANY):
            return False
    engine.fill(db, config, rules, day, people=people, told=few, values=values)
    if where is not None:
        engine.only(db, *where)
    if new:
        shown.leave_out(db, day)
    engine.collapse(db)
    rank.score(db, day)
    return True


def _is_small(db: sqlite3.Connection) -> bool:
    """Whether so few are in the book that it is quickest to look at everybody."""
    return (db.execute("SELECT max(id) FROM contacts").fetchone()[0] or 0) <= _SMALL


def items(
    db: sqlite3.Connection, config: Config, rules: Sequence[Rule], day: Day, most: int | None
) -> tuple[list[Item], int]:
    """Return the rows of the list, ``most`` None for all, and how many people there are to contact.

    Takes what ``prepare`` left, and leaves other things there.
    """
    chosen, total = rank.people(db, most)
    if not chosen:
        return [], total
    reasons = rank.reasons(db, [number for number, _ in chosen])
    people = None if most is None else list(reasons)
    kinds = config.table("kinds")
    by_code = {rule.code: rule for rule in rules}
    found = []
    messages = {}
    if any(row["message"] is None for rows in reasons.values() for row in rows):
        messages = _messages(db, config, rules, day, None if people is None else reasons)
    for number, score in chosen:
        person = db.execute(
            "SELECT id, uid, name, email, company FROM contacts WHERE id = ?", (number,)
        ).fetchone()
        rows = reasons[number]
        today = day.today.isoformat()
        due = (row["ref"] for row in rows if row["code"] == _SET and row["due"] <= today)
        texts = [row["message"] or messages[row["code"], handle_of(row)] for row in rows]
        item = Item(score, rows, texts, person)
        item.action = action(
            db,
            kinds,
            by_code[item.code],
            number,
            item.handle,
            target=rows[0]["target"],
            batch=batch_of(rows[0]),
            due=next(due, None),
            tried=any(row["code"] == _TRIED for row in rows),
        )
        if item.message.startswith(HELD) and item.action[0] == "log" and "meeting" in kinds:
            item.action[1] = "meeting"
        found.append(item)
    return found, total


def action(
    db: sqlite3.Connection,
    kinds: dict[str, object],
    rule: Rule,
    contact_id: int,
    handle: str,
    *,
    target: int | None,
    batch: str | None,
    due: str | None = None,
    tried: bool = False,
) -> list[str]:
    """Return the command that settles a finding, as words without ``crm``.

    For the line of a large ``batch`` it is the search that lists all of it. A touch also completes
    the follow-up ``due``, a handle; and where others were ``tried`` in vain it takes another
    channel, if there is one.
    """
    if batch:
        return ["search", f"rule:{rule.code}", *batch.split(" ", 1)]
    due = handle if ":" not in handle else due
    if rule.action and (target is not None or not any("{target}" in word for word in rule.action)):
        values = {"{id}": str(contact_id), "{target}": str(target), "{handle}": handle}
        values["F{target}"] = f"F{target}"
        if "{other}" in rule.action:
            values["{other}"] = channel.suggest(db, contact_id, kinds, other=True)
            if not values["{other}"] and not due:
                return ["done", handle]
            values["{other}"] = values["{other}"] or channel.suggest(db, contact_id, kinds)
        if "{channel}" in rule.action:
            values["{channel}"] = _channel(db, contact_id, kinds, tried=tried)
        words = [values.get(word) or _titled(db, word, target) for word in rule.action]
    else:
        words = ["log", _channel(db, contact_id, kinds, tried=tried), str(contact_id)]
    return [*words, "--done", due] if due and words[0] == "log" else words


def _channel(
    db: sqlite3.Connection, contact_id: int, kinds: dict[str, object], *, tried: bool
) -> str:
    other = channel.suggest(db, contact_id, kinds, other=True) if tried else ""
    return other or channel.suggest(db, contact_id, kinds)


def _titled(db: sqlite3.Connection, word: str, target: int | None) -> str:
    """A word of an action with what it says of the deal, so that it is no riddle when it comes back."""
    if "{deal}" not in word:
        return word
    row = db.execute("SELECT title FROM deals WHERE id = ?", (target,)).fetchone()
    return word.replace("{deal}", f"for {row['title']}" if row else "in your talks")


def _messages(
    db: sqlite3.Connection,
    config: Config,
    rules: Sequence[Rule],
    day: Day,
    reasons: dict[int, list[sqlite3.Row]] | None,
) -> dict[tuple[str, str], str]:
    """The reasons in words: only of those who are shown, because making them costs most."""
    among: dict[str, set[int]] | None = None
    if reasons is not None:
        among = {rule.code: set() for rule in rules}
        for number, rows in reasons.items():
            for row in rows:
                among[row["code"]].add(number)
    engine.fill(db, config, rules, day, people=among)
    return {
        (row["code"], handle_of(row)): row["message"] for row in db.execute("SELECT * FROM finding")
    }


def snoozed(db: sqlite3.Connection, rules: Sequence[Rule], day: Day, *, asked: bool = False) -> int:
    """How many items are put off: findings, and follow-ups that are due but for their snooze.

    Reads ``finding`` as ``prepare`` leaves it, which with ``asked`` had a condition on the people.
    """
    findings = db.execute("SELECT count(*) FROM finding WHERE silent = 'snooze'").fetchone()[0]
    codes = ", ".join(f"'{rule.code}'" for rule in rules)
    only = " AND c.id IN (SELECT contact_id FROM asked)" if asked else ""
    end = day.after(day.until.isoformat())
    put_off = db.execute(_PUT_OFF.format(codes=codes) + only, {"end": end}).fetchone()[0]
    return int(findings + put_off)


def strangers(db: sqlite3.Connection) -> int:
    """How many people there was never a touch with."""
    number: int = db.execute("SELECT count(*) FROM people WHERE last IS NULL").fetchone()[0]
    return number


def spelled(words: Sequence[str]) -> str:
    """The command as a shell takes it, ``crm`` in front."""
    return " ".join(["crm", *map(shell.word, words)])
