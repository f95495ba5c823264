"""Names of people and companies: shown as they were typed, split and compared with care."""

from __future__ import annotations

from crmcli.values.text import clean, fold, words

# Words before a family name that belong to it, folded.
_PARTICLES = (
    "al af ap bin bint ben da dal das de degli dei del della den der des di do dos du el la las le "
    "los ibn ni nic o op 't ten ter te van vande vanden vander vom von vor y zu zum zur"
)
_PARTICLES_OF_FAMILY = frozenset(_PARTICLES.split())
# Forms of address, degrees and callings in front of or behind a name; in small letters, without dots.
_TITLES = (
    "mr mrs ms miss mx sir dame dr prof doc hab phd edd dphil mba emba msc bsc beng meng llm llb jr sr "
    "ii iii iv esq obe mbe cbe cpa cfa pmp "
    # Czech, Slovak
    "ing bc bca mgr mga mudr mddr mvdr judr rndr phdr pharmdr phmr paeddr thdr thlic icdr rsdr rcdr "
    "dis csc drsc dsc thd artd "
    # Polish, German, Austrian
    "inż inz pan pani pania herr frau dipl kfm kffr kfr betriebsw wirt inform dkfm mmag univ priv "
    "doz fh bsc pana pane slečna slecna "
    # Russian: господин, доктор, кандидат технических наук and their like
    "господин госпожа г-н г-жа gospodin gospozha g-n g-zha проф доц акад д-р др "
    "ктн дтн кэн дэн кмн дмн кюн дюн кфн дфн кфмн дфмн кбн дбн кхн дхн кпн дпн кин дин"
)
TITLES = frozenset(_TITLES.split())
# Words that are names as well: titles only where they end in a dot, ...
_DOTTED = frozenset("mag lic lek rev hon mec adw".split())  # noqa: SIM905 - reads as a list of words
# ... and have no capital besides, as the second word of "Ing. arch." and "Dr. rer. nat.", ...
_SMALL = (
    "arch art akad mal um med dent vet rer nat jur iur phil pol oec soc techn h c hc habil mont"
)
_DOTTED_SMALL = frozenset(_SMALL.split())
# ... or, behind a name of two words at least, in capitals or with dots: Jo Ma, M.A.
_BEHIND = frozenset("ma ba ms bs md jd dds rn cse".split())  # noqa: SIM905 - likewise
# Of father and son; between two words it ends the family name: Kovář st. Josef.
_GENERATIONS = frozenset(("st.", "ml.", "jun.", "sen.", "jr.", "sr."))
_PATRONYMICS = ("ovich", "evich", "ovych", "evych", "ovna", "evna", "ivna", "ichna", "inichna")
# Legal forms, folded and with their words run together: "Sp. z o.o." is "spzoo".
_FORMS = (
    # Polish, Czech, Slovak
    "spzoo spzook spkzoo spolkazoo spolkazograniczonaodpowiedzialnoscia zoo sa sp spj spk sk ska spp "
    "sc psa spolkaakcyjna spolkajawna spolkakomandytowa spolkacywilna fhu phu ppuh phup pphu "
    "sro spolsro as vos ks ops zs zu nahsro "
    # German and the countries around
    "gmbh mbh ggmbh gmbhcokg ag kg kgaa ohg ug ughaftungsbeschrankt haftungsbeschrankt ek ev eg gbr se "
    # English
    "ltd limited inc incorporated corp corporation co company llc lc plc pllc llp lp pty ptyltd pvt "
    "andco undco "
    # The rest of Europe, Turkey
    "sarl sas sasu eurl sci snc srl srls spa sl slu slne lda ltda nv bv bvba cv vof oy oyj ab hb aps "
    "asa is kft zrt nyrt bt rt doo dd ad ood eood dno jdoo uab sia ou etcie ltdsti anonimsirketi "
    # Russian, Ukrainian, Belarusian, Kazakh, in Latin letters
    "ooo ao oao zao pao nao ip too tov fop pp chp odo chup iko tdv at prat "
    # Japanese, Chinese, Korean
    "株式会社 有限会社 合同会社 有限公司 股份有限公司 주식회사"
)
_LEGAL_FORMS = frozenset(_FORMS.split())
_LONGEST_FORM = 5  # words: "spółka z ograniczoną odpowiedzialnością" has 4, "Sp. z o.o. k." 5
# Before the name only these stand; a company may well be called "AS Roma" or "Inc Media".
_FRONT = "ooo ao oao zao pao nao ip too tov fop pp chp odo chup fhu phu ppuh phup pphu"
_FORMS_IN_FRONT = frozenset(_FRONT.split())
_GLUED = tuple(form for form in _LEGAL_FORMS if not form.isascii())  # written without a blank


def parse(text: str) -> tuple[str, str | None, str | None]:
    """(name as typed, given, family); the parts only where the split is obvious.

    Obvious are ``Nowak, Anna``, two words, a particle (``Ludwig van Beethoven``) and a Russian
    patronymic; titles count for nothing. Names in Chinese, Japanese or Korean letters have the
    family first.

    Raises:
        InvalidValueError: as `clean` does.
    """
    name = clean(text)
    return (name, *parts(name))


def parts(name: str) -> tuple[str | None, str | None]:
    """The given and the family name of a name that is clean, see `parse`."""
    if "," not in name:
        return _split(_bare(name.split()))
    family, *others = name.split(",")
    while others and not _bare(others[-1].split(), behind=True):
        others.pop()  # degrees stand behind commas of their own
    if len(others) == 1:
        given_words, family_words = _bare(others[0].split()), _bare(family.split())
        if given_words and family_words:
            return " ".join(given_words), " ".join(family_words)
    return _split(_bare(family.split()))


def turned(text: str) -> tuple[str, str | None, str | None]:
    """(name as shown, given, family) of a name with its family name first: ``Nowak Anna``.

    The name is shown with the given name first, titles where they stood. A Russian patronymic in
    the middle says that the order is the usual one all the same.

    Raises:
        InvalidValueError: as `clean` does.
    """
    name = clean(text)
    whole, *behind = (piece.strip() for piece in name.split(","))
    while behind and _bare(behind[0].split(), behind=True):
        whole = f"{whole} {behind.pop(0)}"  # the comma stood between family and given name
    words = whole.split()
    first = next(
        (place for place, word in enumerate(words) if not _is_title(word, behind=False)), 0
    )
    last = len(words)
    while last > first + 1 and _is_title(words[last - 1], behind=True):
        last -= 1
    bare = words[first:last]
    if (
        len(bare) < 2
        or _is_cjk("".join(bare))
        or (len(bare) == 3 and fold(bare[1]).endswith(_PATRONYMICS))
    ):
        return (name, *parts(name))
    size = 1
    while size < len(bare) - 1 and fold(bare[size - 1]) in _PARTICLES_OF_FAMILY:
        size += 1
    family, others = bare[:size], bare[size:]
    patronymic = len(others) == 2 and fold(others[1]).endswith(_PATRONYMICS)
    given = others[:1] if patronymic else others
    shown = " ".join([*words[:first], *others, *family, *words[last:]])
    return ", ".join([shown, *filter(None, behind)]), " ".join(given), " ".join(family)


def without_degrees(family: str) -> str:
    """A family name without what stands behind its commas, if that is titles: ``Dąbrowski, MBA``."""
    pieces = family.split(",")
    while len(pieces) > 1 and not _bare(pieces[-1].split(), behind=True):
        pieces.pop()
    return ",".join(pieces).strip()


def _bare(words: list[str], *, behind: bool = False) -> list[str]:
    """The words of a name without titles; ``behind``: a name stands before them."""
    kept: list[str] = []
    for word in words:
        if not _is_title(word, behind=behind or len(kept) > 1):
            kept.append(word)
    return kept


def _is_title(word: str, *, behind: bool) -> bool:
    small = word.lower()
    if word.isalpha():  # nearly all are
        return small in TITLES or (behind and small in _BEHIND and word.isupper())
    plain = small.strip("().,")
    if plain in TITLES:
        return True
    if "-" in plain:  # Dipl.-Ing., Univ.-Prof.
        return "." in plain and all(part.strip(".") in TITLES for part in plain.split("-"))
    if "." not in small:
        return behind and plain in _BEHIND and word.isupper()  # it has a comma
    joined = plain.replace(".", "")
    if joined in TITLES and joined != plain and len(joined) > 2:  # Ph.D., but not J.R.
        return True
    if word[-1] != ".":
        return behind and joined in _BEHIND
    first, *others = plain.split(".")  # rer.nat. and Dr.med. are two of them
    small_ones = (word == small and first in _DOTTED_SMALL) or (others and first in TITLES)
    if small_ones and all(part in _DOTTED_SMALL for part in others):
        return True
    return plain in _DOTTED or (behind and joined in _BEHIND)


def _split(parts: list[str]) -> tuple[str | None, str | None]:
    if len(parts) < 2:
        return None, None
    for place, part in enumerate(parts[1:], 1):
        if part in _GENERATIONS:
            rest = parts[place + 1 :]
            if rest:
                return " ".join(rest), " ".join(parts[:place])
            return _split(parts[:place])
    for place, part in enumerate(parts[1:-1], 1):
        if part[:1].islower() and fold(part) in _PARTICLES_OF_FAMILY:
            return " ".join(parts[:place]), " ".join(parts[place:])
    if len(parts) == 2:
        first, last = parts
        return (last, first) if _is_cjk(first + last) else (first, last)
    if len(parts) == 3:
        if fold(parts[1]).endswith(_PATRONYMICS):
            return parts[0], parts[2]
        if fold(parts[2]).endswith(_PATRONYMICS):
            return parts[1], parts[0]
    return None, None


def _is_cjk(text: str) -> bool:
    return text >= "\u3040" and all(
        "\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" or "가" <= c <= "힣" for c in text
    )


def join(
    given: str | None, middle: str | None, family: str | None, prefix: str | None = None
) -> str:
    """The full name from its parts, as it is shown."""
    return " ".join(
        clean(part) for part in (prefix, given, middle, family) if part and part.strip()
    )


def key(name: str) -> str:
    """What two spellings of a name share: its folded words, sorted."""
    return " ".join(sorted(words(name)))


def company_key(name: str) -> str:
    """What two spellings of a company share: its folded words without the legal form.

    A name that is nothing but legal forms keeps its last word standing.
    """
    parts = words(name)
    while True:
        shorter = _without_form(parts)
        if shorter == parts:
            return " ".join(parts)
        parts = shorter


def _without_form(parts: list[str]) -> list[str]:
    """The words without one legal form at the end or the start; never none at all."""
    for count in range(min(_LONGEST_FORM, len(parts) - 1), 0, -1):
        if "".join(parts[-count:]) in _LEGAL_FORMS:
            return parts[:-count]
        if "".join(parts[:count]) in _FORMS_IN_FRONT:
            return parts[count:]
    if parts and not parts[-1].isascii():
        for form in _GLUED:
            last = parts[-1].removesuffix(form)
            first = parts[0].removeprefix(form)
            if last and last != parts[-1]:
                return [*parts[:-1], last]
            if first and first != parts[0]:
                return [first, *parts[1:]]
    return parts


def is_shouted(name: str) -> bool:
    """Whether a name of several words is in capitals throughout: ``ANNA NOWAK``, but not ``AXA``."""
    parts = [part for part in name.split() if sum(map(str.isalpha, part)) > 1]
    return len(parts) > 1 and name.isupper() and name != calmed(name)


def calmed(name: str) -> str:
    """A shouted name in small letters with capitals in front: ``Anna Nowak-Żak``."""
    shown = []
    for part in name.split():
        small = part.lower()
        apart = "-" if "-" in small else "'" if "'" in small else "’"
        pieces = [piece[:1].upper() + piece[1:] for piece in small.split(apart)]
        shown.append(small if fold(small) in _PARTICLES_OF_FAMILY else apart.join(pieces))
    return " ".join(shown)
