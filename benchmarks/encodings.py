"""How well the encoding of a short file of names is told: the table of docs/encodings.md.

encodings.py [--write]     charset-normalizer and chardet are asked too where they are installed.
"""

import importlib
import io
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import make_book as book

from crmcli.exchange import encoding

CZECH = (
    [
        "Jiří",
        "Tomáš",
        "Ondřej",
        "Lukáš",
        "Zdeněk",
        "Miloš",
        "Václav",
        "Matěj",
        "Vojtěch",
        "Božena",
        "Zdeňka",
        "Růžena",
        "Kateřina",
        "Tereza",
        "Lenka",
        "Markéta",
        "Jitka",
        "Anežka",
        "Šárka",
        "Eliška",
    ],
    [
        "Dvořák",
        "Procházka",
        "Kučera",
        "Veselý",
        "Němec",
        "Pokorný",
        "Růžička",
        "Beneš",
        "Fiala",
        "Sedláček",
        "Doležal",
        "Zeman",
        "Kolář",
        "Navrátil",
        "Čermák",
        "Vaněk",
        "Urban",
        "Blažek",
        "Kříž",
        "Kovář",
        "Novotná",
        "Svobodová",
        "Horáková",
        "Dvořáková",
        "Černá",
    ],
)
POLISH = [*book.PL_S, *(name + "i" for name in book.PL_SKI)]
# Given and family names, and the encodings in which spreadsheets and old programs write them.
LANGUAGES = {
    "Polish": (book.PL_M + book.PL_F, POLISH, ("cp1250", "iso8859-2", "cp852")),
    "Slovak": (book.SK_M + book.SK_F, book.SK_S, ("cp1250", "iso8859-2", "cp852")),
    "Czech": (*CZECH, ("cp1250", "iso8859-2", "cp852")),
    "German": (book.DE_G, book.DE_S, ("cp1252", "cp852")),
    "Russian": (book.RU_M + book.RU_F, book.RU_S, ("cp1251", "koi8-r", "cp866")),
}
SIZES = (1, 3, 10, 100)  # names
START, END = "<!-- table -->\n", "<!-- end -->\n"


def files(given, family, size, codec):
    """Files of so many names; those without a letter of their own say nothing, and are left out."""
    rnd = random.Random(7)
    for _ in range(400 if size < 100 else 60):
        rows = "".join(
            f"{rnd.choice(given)};{rnd.choice(family)}\r\n".replace("_", " ") for _ in range(size)
        )
        if not rows.isascii():
            yield f"first;last\r\n{rows}", codec


def ours(data):
    found = encoding.decide(io.BytesIO(data))
    return found.name


def peers():
    found = {"crm": ours}
    for name in ("charset_normalizer", "chardet"):
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        found[name.replace("_", "-")] = lambda data, module=module: module.detect(data)["encoding"]
    return found


def right(detect, text, codec):
    data = text.encode(codec)
    try:
        return data.decode(detect(data) or "ascii") == text
    except (LookupError, UnicodeError):
        return False


def rows():
    asked = peers()
    sizes = " | ".join(f"{size} name{'s' * (size > 1)}" for size in SIZES)
    yield f"| language | encoding | asked | {sizes} |"
    yield "|---|---|---|" + "---:|" * len(SIZES)
    for language, (given, family, codecs) in LANGUAGES.items():
        for codec in (*codecs, "utf-8"):
            for name, detect in asked.items():
                cells = []
                for size in SIZES:
                    results = [right(detect, *one) for one in files(given, family, size, codec)]
                    cells.append(f"{100 * sum(results) / len(results):.1f}")
                yield f"| {language} | {codec} | {name} | {' | '.join(cells)} |"


def main():
    table = "\n".join(rows()) + "\n"
    if "--write" in sys.argv:
        path = pathlib.Path(__file__).parent.parent / "docs" / "encodings.md"
        head, _, rest = path.read_text("utf-8").partition(START)
        path.write_text(head + START + table + END + rest.partition(END)[2], "utf-8")
    print(table)


if __name__ == "__main__":
    main()
