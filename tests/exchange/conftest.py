"""Sources that close themselves when a test is over."""

import pytest

from crmcli.exchange import unforeseen
from crmcli.exchange.plan import Options
from crmcli.exchange.records import Told
from crmcli.exchange.source import open_source


class Read:
    """A file's content, read."""

    def __init__(self, source):
        self.source = source
        self.rejects = []
        self.remarks = []
        self.rows = list(
            source.rows(source.plan.holds[0], Told(self.rejects.append, self.remarks.append))
        )


@pytest.fixture
def opened(tmp_path):
    """A function that opens data as a file, and closes it after the test."""
    sources = []

    def open_data(data, *, name="file", **options):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        source = open_source(str(path), Options(**({"region": "PL", "tz": "UTC"} | options)))
        sources.append(source)
        return source

    yield open_data
    for source in sources:
        source.close()


@pytest.fixture
def read(opened):
    """A function that reads data as a file whole."""
    return lambda data, **options: Read(opened(data, **options))


class Messy:
    """Files of a salesman, each written and imported into one book."""

    def __init__(self, crm):
        self.crm = crm

    def __call__(self, content, *words, name="in.csv"):
        """What `crm import` said of content as a file."""
        path = self.crm.home / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self.crm("import", str(path), *words)

    def rejects(self, name="in.rejects.csv"):
        """The text of a rejects file."""
        return (self.crm.home / name).read_bytes().decode().replace("\r\n", "\n")

    @property
    def people(self):
        """Everybody in the book by name, as `crm export` has them."""
        rows = self.crm.ok("export", "--to", "json").json
        return {row["name"]: row for row in rows}


@pytest.fixture
def messy(crm):
    """A function that imports a text as a file into an empty book of a Pole."""
    crm.ok("config", "set", "owner.country", "PL")
    return Messy(crm)


@pytest.fixture(autouse=True, scope="module")
def _nothing_unforeseen():
    """An error that no reader foresaw fails a test here, where people would see one reject."""
    with pytest.MonkeyPatch.context() as patch:
        foreseen = unforeseen.why

        def why(error):
            if foreseen(error).startswith(unforeseen.STRANGE):
                raise error
            return foreseen(error)

        patch.setattr(unforeseen, "why", why)
        yield
