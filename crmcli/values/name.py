"""Names of people and companies: shown as they were typed, split and compared with care."""

from __future__ import annotations

from crmcli.values.text import clean, fold, words

# Words before a family name that belong to it, folded.
_PARTICLES = (
    "al af ap bin bint ben da dal das de degli dei del della den der des di do dos du el la las le "
    "los ibn ni nic o op 't ten ter te van vande vanden vander vom von vor y zu zum zur"
)
_PARTICLES_OF_FAMILY = frozenset(_PARTICLES.split())
# Forms of address and degrees in front of or behind a name; in small letters, without dots.
_TITLES = (
    "mr mrs ms miss mx sir dame dr prof ing inż inz mgr bc mudr judr rndr phdr mvdr doc hab lek herr "
    "frau dipl pan pani pania pana pane slečna slecna господин госпожа г-н г-жа gospodin gospozha g-n g-zha phd csc drsc mba jr sr ii "
    "iii iv esq"
)
TITLES = frozenset(_TITLES.split())
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
    patronymic. Names in Chinese, Japanese or Korean letters have the family first.

    Raises:
        InvalidValueError: as `clean` does.
    """
    name = clean(text)
    family, comma, given = name.partition(",")
    if comma:
        given_words, family_words = _bare(given), _bare(family)
        if given_words and family_words and "," not in given:
            return name, " ".join(given_words), " ".join(family_words)
    return (name, *_split(_bare(family if comma else name)))


def _bare(name: str) -> list[str]:
    """The words of a name without titles."""
    return [word for word in name.split() if word.lower().strip(".,") not in TITLES]


def _split(parts: list[str]) -> tuple[str | None, str | None]:
    if len(parts) < 2:
        return None, None
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
