"""Who of a file is one person, as its expectation file says: by the import, or by Q705."""

import json
import pathlib

FILE = pathlib.Path(__file__).parent.parent / "corpus" / "duplicates" / "dedupe_pairs.csv"
EXPECTED = json.loads(FILE.with_name(f"{FILE.name}.expect.json").read_text(encoding="utf-8"))


def pairs(key):
    """Pairs of ids in the file, the lower first."""
    return {(int(one), int(two)) for one, two in EXPECTED[key]}


def rows_of(crm):
    """The rows of the file that each contact was made of, by the id that each row has."""
    contacts = crm.ok("search", "--json", "--columns", "id,external id").json
    return {contact["id"]: int(contact["external id"]) for contact in contacts}


def suggested(crm, rows):
    """Pairs of ids in the file that the rule finds."""
    found = crm("check", "--select", "Q705", "--json").json
    targets = [(int(row["action"].split()[2]), row["contact"]["id"]) for row in found]
    return {tuple(sorted((rows[one], rows[two]))) for one, two in targets}


def test_an_import_merges_only_what_is_sure(crm):
    """What must become one does, what might be one stays two."""
    crm.ok("import", str(FILE))
    rows = rows_of(crm)
    alone = set(rows.values())
    for one, two in pairs("must_merge"):
        assert (one in alone) != (two in alone)
    for one, two in pairs("must_not_merge_automatically"):
        assert {one, two} <= alone


def test_the_rule_suggests_the_rest(crm):
    """All that should be looked at, and nothing else."""
    crm.ok("import", str(FILE))
    assert suggested(crm, rows_of(crm)) == pairs("should_suggest")


def test_the_rule_finds_what_an_import_was_told_to_keep(crm):
    """With each row an entry, the sure ones are found too."""
    crm.ok("import", str(FILE), "--on-match", "new")
    rows = rows_of(crm)
    assert len(rows) == EXPECTED["records"]["accepted"]
    assert suggested(crm, rows) == pairs("should_suggest") | pairs("must_merge")
