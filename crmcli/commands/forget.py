"""crm forget."""

from __future__ import annotations

from crmcli import editor, erasing, leftovers
from crmcli.db import backups, hashes, residue, scratch
from crmcli.errors import ExitCode, RefusedError, StorageError, UnknownContactError, UsageError
from crmcli.output import shell
from crmcli.output.columns import pick
from crmcli.store import forget as forgetting
from crmcli.store import forgotten, mentioned, privacy
from crmcli.store.subject import Subject
from crmcli.whom import count
from crmcli.writing import Writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Annotated, Any

    from typer import Argument, Option

    from crmcli.context import App, Rows
    from crmcli.params import DryRun, Yes
    from crmcli.values.mentions import Mentions

# What went, in the order in which it is told: table -> one, several.
_TOLD = {
    "contact": ("person", "people"), "email": ("e-mail", "e-mails"), "phone": ("phone", "phones"),
    "address": ("further address", "further addresses"), "link": ("link", "links"),
    "contact_tag": ("tag", "tags"), "contact_field": ("field", "fields"), "key_date": ("date", "dates"),
    "consent": ("basis", "bases"), "merged_contact": ("merged entry", "merged entries"),
    "interaction": ("interaction", "interactions"), "follow_up": ("follow-up", "follow-ups"),
    "deal": ("deal", "deals"), "silence": ("silence", "silences"), "company": ("company", "companies"),
    "saved_view": ("saved view", "saved views"), "external_id": ("id elsewhere", "ids elsewhere"),
    "change": ("change of the history", "changes of the history"),
}  # fmt: skip
_LISTED = 20  # texts of others


def forget(
    app: App,
    words: Annotated[
        list[str] | None,
        Argument(metavar="WHO", help="Whom: an id, an e-mail, a phone, or words of the name."),
    ] = None,
    *,
    redact: Annotated[
        bool,
        Option(
            "--redact", help="Put (forgotten) where texts of others name them, in the history too."
        ),
    ] = False,
    keep_company: Annotated[
        bool, Option("--keep-company", help="Leave their company, though nobody else is of it.")
    ] = False,
    backups: Annotated[
        bool,
        Option(
            "--backups",
            help="In each copy of the book that is found, too; alone: everybody who was ever forgotten.",
        ),
    ] = False,
    list_: Annotated[
        bool, Option("--list", help="When somebody was forgotten, and how many hashes are kept.")
    ] = False,
    finish: Annotated[
        bool, Option("--finish", help="Clean the file after a forgetting that was cut short.")
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    rows: Rows,
) -> int:
    """Erase a person for good: records, history, search index and the free pages of the file.

    What happened with others too stays as theirs, without this person. Keyed hashes of the e-mails,
    phones and ids stay, so that no import brings the person back; crm add --force does. There is no
    undo. For example:

      crm forget 7 --dry-run

      crm forget anna@acme.example --redact --backups

      crm forget --backups
    """
    if list_ or finish:
        if words:
            raise UsageError("--list and --finish are about nobody in particular; leave WHO out")
        return _list(app, rows) if list_ else _finish(app)
    if not words and backups and not dry_run:
        return _all_in_copies(app)
    if not words:
        raise UsageError("whom? crm forget WHO")
    subject = Subject(app.db, _whom(app, words))
    names = subject.mentions()
    texts = mentioned.told(app.db, names, forgetting.going(subject), redacted=redact)
    views = mentioned.told_views(app.db, subject.mentions_typed(app.db), names)
    options = {"keep_company": keep_company, "redact": redact}
    with Writing(app, dry_run=True) as transaction:
        counts = forgetting.erase(app.db, subject, app.at, transaction.set_id, **options)
        texts += mentioned.told_before(app.db, names, redacted=redact)
    for line in _plan(subject, counts, len(texts), redact=redact):
        app.out.note(line)
    for number, name in privacy.barred_with(app.db, subject.id):
        app.out.warn(
            f"{number} {name} is in no list for contacting because of them alone; crm dnc {number} keeps it so"
        )
    if dry_run:
        _print(app, rows, counts)
        _list_texts(app, texts + views)
        _list_entries(app, subject)
        _list_copies(app, leftovers.copies(app), tried=False)
        return ExitCode.OK
    if not (yes or app.out.confirm("There is no undo. Erase for good")):
        app.out.note("nothing changed")
        return ExitCode.OK
    files = leftovers.naming(leftovers.imported(app), names)
    app.writes.append(erasing.erase(app.db, subject, app.at, **options))
    app.out.done = f"{subject.id} was forgotten all the same, and there is no undo"
    gone, left = _clear_away(app, subject, names, backups=backups, **options)
    try:  # all is done, whether that can be told or not
        if rows.format:
            _print(app, rows, counts)
        else:
            app.out.say(f"forgotten: {subject.id}  ({', '.join(_told(counts))})")
    finally:
        for line in gone:
            app.out.note(line)
        _list_copies(app, left, tried=backups)
        _list_texts(app, texts + views)
        _list_entries(app, subject)
        _list_files(app, files, names)
    return ExitCode.PARTLY if backups and left else ExitCode.OK


def _whom(app: App, words: list[str]) -> int:
    """The contact, or one who is in the history alone, by the number."""
    try:
        return app.contact(words)
    except UnknownContactError:
        number = (
            words[0] if len(words) == 1 and words[0].isdecimal() and len(words[0]) < 10 else "0"
        )
        if forgetting.is_past(app.db, int(number)):
            return int(number)
        raise


def _told(counts: dict[str, int]) -> Iterator[str]:
    for table, (one, many) in _TOLD.items():
        if counts.get(table):
            yield count(counts[table], one, many)


def _print(app: App, rows: Rows, counts: dict[str, int]) -> None:
    """What goes as rows, for programs; people are told in words."""
    if rows.format:
        found = [(one, counts[table]) for table, (one, _) in _TOLD.items() if counts.get(table)]
        _rows(app, rows, ("what", "count"), found)


def _rows(app: App, rows: Rows, columns: tuple[str, ...], found: Iterable[tuple[Any, ...]]) -> None:
    names = pick(rows.columns, columns, columns)
    places = [columns.index(name) for name in names]
    app.out.rows(names, [[row[place] for place in places] for row in found], rows.format)


def _plan(subject: Subject, counts: dict[str, int], texts: int, *, redact: bool) -> Iterator[str]:
    """What would go and what would stay, before it is asked."""
    yield f"{subject.id} {subject.name}: to be erased: {', '.join(_told(counts))}"
    if counts["shared"]:
        several = count(counts["shared"], "interaction", "interactions")
        yield f"{several} with others stay theirs, without this person"
    if redact:
        yield f"{count(counts['redacted'], 'text', 'texts')} of others: (forgotten) in the place of the name"
    if texts and redact:
        yield f"{count(texts, 'name', 'names')} of companies, tags and fields are theirs, too, and stay"
    elif texts:
        yield f"{count(texts, 'text', 'texts')} of others name them and stay; --redact puts (forgotten) there"
    hashes = count(counts["hashes"], "keyed hash", "keyed hashes")
    yield f"{hashes} kept, so that no import brings them back"


def _list_texts(app: App, texts: list[str]) -> None:
    for line in texts[:_LISTED]:
        app.out.note(f"still named: {line}")
    if len(texts) > _LISTED:
        app.out.note(f"still named: {len(texts) - _LISTED} more texts")


def _list_entries(app: App, subject: Subject) -> None:
    """What was taken back and has something of the person, or the name, and may be somebody else's."""
    for number, name in subject.perhaps[:_LISTED]:
        app.out.note(
            f"still in the history: {number} {name}, taken back, who may be the same; crm forget {number}"
        )
    if len(subject.perhaps) > _LISTED:
        app.out.note(
            f"still in the history: {len(subject.perhaps) - _LISTED} more who may be the same"
        )


def _clear_away(
    app: App,
    subject: Subject,
    names: Mentions,
    *,
    backups: bool,
    keep_company: bool,
    redact: bool,
) -> tuple[list[str], list[str]]:
    """Drafts, what killed processes left, and with ``backups`` the person in the copies of the book.

    Returns:
        What went, a line each, and the copies that still may hold the person.
    """
    gone, left = [], []
    for folder, files in leftovers.drafts(names, subject.of("uid")).items():
        editor.discard(folder)
        gone += [f"deleted: {path}" for path in files]
    gone += [f"deleted: {folder}, a copy that a killed process left" for folder in scratch.sweep()]
    for copy in leftovers.copies(app):
        try:
            if not backups:
                left.append(copy)
                continue
            _know(app, copy)
            changed, perhaps = erasing.erase_in(
                app, copy, subject, keep_company=keep_company, redact=redact
            )
            gone += [f"erased in: {copy}"] if changed else []
            gone += _may_be(copy, perhaps)
        except (StorageError, RefusedError) as error:
            app.out.warn(str(error))
            left.append(copy)
    return gone, left


def _may_be(copy: str, people: list[tuple[int, str]]) -> list[str]:
    """Who stays in a copy, a line each: what tells a person for sure is not the same."""
    return [
        f"still in {copy}: {number} {name}, who may be the same; crm --db {shell.word(copy)} forget {number}"
        for number, name in people[:_LISTED]
    ]


def _list_copies(app: App, copies: list[str], *, tried: bool) -> None:
    for copy in copies:
        app.out.note(f"not reached: {copy}")
    if copies and tried:
        app.out.note("these copies may hold the person, and cannot be cleaned: delete them")
    elif copies:
        app.out.note("these copies may hold the person: crm forget --backups erases there too")


def _list_files(app: App, files: list[str], names: Mentions) -> None:
    for path in files:
        app.out.note(f"still named: {path}, which was imported or rejected; edit or delete it")
    for place in leftovers.in_config(app, names):
        app.out.note(f"still named: {place}; crm config edit")


def _list(app: App, rows: Rows) -> int:
    _rows(app, rows, ("at", "hashes"), forgotten.times(app.db))
    return ExitCode.OK


def _all_in_copies(app: App) -> int:
    """Erase everybody who was ever forgotten in the copies that there are."""
    known = hashes.of(app.db)
    done, left, told = [], [], []
    for copy in leftovers.copies(app):
        try:
            _know(app, copy)
            number, perhaps = erasing.keep_forgotten(app, copy, known)
            told += _may_be(copy, perhaps)
            done.append(f"{copy}: {count(number, 'person', 'people')} erased")
            app.out.done = "everybody was erased all the same in the copies that could be reached"
        except (StorageError, RefusedError) as error:
            app.out.warn(str(error))
            left.append(copy)
    try:
        app.out.text(done)
    finally:
        for line in told:
            app.out.note(line)
        _list_copies(app, left, tried=True)
    return ExitCode.PARTLY if left else ExitCode.OK


def _know(app: App, copy: str) -> None:
    """Make sure that the copy can be asked, and is of this book.

    Raises:
        StorageError: it cannot.
    """
    if backups.uid_of(copy) != backups.uid_of(app.path):
        raise StorageError(f"{copy}: cannot be read; it is damaged, or of another crm")


def _finish(app: App) -> int:
    if residue.is_pending(app.db):
        residue.clean(app.db)
    app.out.say("the file holds nothing of those who were forgotten")
    return ExitCode.OK
