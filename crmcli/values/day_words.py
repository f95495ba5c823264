"""Words for days, spans, weekdays and months in English, Polish, Slovak, Czech, Russian and German.

Literal tables, written as ``plain`` spells them: small letters, Latin ones without diacritics.
Weekdays are numbers as ``date.weekday()`` gives them.
"""

from __future__ import annotations

import unicodedata

# Latin letters lose their marks; Russian ё and й are letters of their own, only ё has two spellings.
_PLAIN = str.maketrans("ąáäćčçďěęéíľĺłňńóôöřŕśšťúůüýžźżßё", "aaacccdeeeilllnnooorrsstuuuyzzzsе")


def plain(text: str) -> str:
    """Return text as these tables spell it, with single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().translate(_PLAIN).split())


DAYS = {
    "today": 0, "tod": 0, "tomorrow": 1, "tom": 1, "yesterday": -1, "now": 0,
    "day after tomorrow": 2, "the day after tomorrow": 2,
    "day before yesterday": -2, "the day before yesterday": -2,
    "dzis": 0, "dzisiaj": 0, "teraz": 0, "jutro": 1, "pojutrze": 2, "wczoraj": -1, "przedwczoraj": -2,
    "dnes": 0, "zajtra": 1, "pozajtra": 2, "vcera": -1, "predvcerom": -2,
    "dneska": 0, "ted": 0, "zitra": 1, "pozitri": 2, "predevcirem": -2,
    "сегодня": 0, "сейчас": 0, "завтра": 1, "послезавтра": 2, "вчера": -1, "позавчера": -2,
    "heute": 0, "jetzt": 0, "morgen": 1, "ubermorgen": 2, "uebermorgen": 2, "gestern": -1,
    "vorgestern": -2,
}  # fmt: skip
NOW = frozenset({"now", "teraz", "ted", "сейчас", "jetzt"})

# The letter is the unit that spans are counted in.
UNITS = {
    **dict.fromkeys(("d", "day", "days", "dzien", "dni", "den", "dny", "dnu", "dnami", "dnech",
                     "день", "дня", "дней", "tag", "tage", "tagen"), "d"),
    **dict.fromkeys(("w", "wk", "week", "weeks", "tydzien", "tygodnie", "tygodni", "tygodniu",
                     "tyzden", "tyzdne", "tyzdnov", "tyzdnami", "tyzdni", "tyden", "tydny", "tydnu",
                     "неделя", "неделю", "недели", "недель", "неделе", "woche", "wochen"), "w"),
    **dict.fromkeys(("m", "mo", "month", "months", "miesiac", "miesiace", "miesiecy", "miesiacu",
                     "mesiac", "mesiace", "mesiacov", "mesiacmi", "mesiaci", "mesic", "mesice",
                     "mesicu", "месяц", "месяца", "месяцев", "месяце", "monat", "monate",
                     "monaten"), "m"),
    **dict.fromkeys(("q", "quarter", "quarters", "kwartal", "kwartaly", "kvartal", "quartal",
                     "quartale", "квартал", "квартала", "кварталов"), "q"),
    **dict.fromkeys(("y", "yr", "year", "years", "rok", "roku", "lata", "lat", "roky", "rokov",
                     "rokmi", "let", "год", "года", "году", "лет", "jahr", "jahre", "jahren"), "y"),
}  # fmt: skip
NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10,
    "jeden": 1, "jedna": 1, "dwa": 2, "trzy": 3, "cztery": 4, "piec": 5, "szesc": 6, "dziesiec": 10,
    "dva": 2, "dve": 2, "tri": 3, "styri": 4, "pat": 5, "pet": 5, "sest": 6, "ctyri": 4, "desat": 10,
    "deset": 10, "два": 2, "две": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "десять": 10,
    "ein": 1, "eine": 1, "einem": 1, "einer": 1, "zwei": 2, "drei": 3, "vier": 4, "funf": 5,
    "sechs": 6, "zehn": 10,
}  # fmt: skip
AHEAD = frozenset({"in", "za", "o", "через", "within"})
BACK = frozenset({"vor", "pred", "przed"})
AGO = frozenset({"ago", "temu", "назад", "tomu"})
# "next" and "last" change their endings with case and gender; these are their stems.
NEXT = (
    "next", "coming", "przyszl", "nastepn", "buduc", "nasleduj", "pristi", "dalsi", "следующ",
    "nachst", "naechst", "kommend",
)  # fmt: skip
LAST = (
    "last", "previous", "ostatni", "zeszl", "ubiegl", "minion", "minul", "posledn", "прошл",
    "letzt", "vergangen", "vorig",
)  # fmt: skip
# Small words that say nothing more: "on friday", "w piątek", "am Montag", "5th of March".
FILLERS = frozenset({
    "on", "at", "the", "of", "this", "w", "we", "na", "v", "vo", "ve", "do", "dne", "dna", "o",
    "в", "во", "на", "am", "um", "den", "im", "diesen", "г", "г.", "r", "r.", "року", "года",
})  # fmt: skip

WEEKDAYS = {
    **dict.fromkeys(("monday", "mon", "poniedzialek", "pon", "pn", "pondelok", "pondeli", "pond",
                     "понедельник", "пн", "montag"), 0),
    **dict.fromkeys(("tuesday", "tue", "tues", "wtorek", "wt", "utorok", "uter", "utery", "uterek",
                     "вторник", "вт", "dienstag"), 1),
    **dict.fromkeys(("wednesday", "wed", "sroda", "srode", "sr", "streda", "stredu", "среда",
                     "среду", "ср", "mittwoch"), 2),
    **dict.fromkeys(("thursday", "thu", "thur", "thurs", "czwartek", "czw", "stvrtok", "ctvrtek",
                     "четверг", "чт", "donnerstag"), 3),
    **dict.fromkeys(("friday", "fri", "piatek", "pt", "piatok", "patek", "пятница", "пятницу",
                     "пт", "freitag"), 4),
    **dict.fromkeys(("saturday", "sat", "sobota", "sobote", "sobotu", "sob", "суббота", "субботу",
                     "сб", "samstag", "sonnabend"), 5),
    **dict.fromkeys(("sunday", "sun", "niedziela", "niedziele", "niedz", "nd", "nedela", "nedelu",
                     "nedele", "nedeli", "воскресенье", "вс", "sonntag"), 6),
}  # fmt: skip
# "so" is Sunday in German and Saturday in Czech: the language decides about the shortest ones.
SHORT_WEEKDAYS = {
    "de": {"mo": 0, "di": 1, "mi": 2, "do": 3, "fr": 4, "sa": 5, "so": 6},
    "cs": {"po": 0, "ut": 1, "st": 2, "ct": 3, "pa": 4, "so": 5, "ne": 6},
    "sk": {"po": 0, "ut": 1, "st": 2, "st.": 2, "pi": 4, "so": 5, "ne": 6},
    "pl": {"po": 0, "cz": 3, "so": 5, "ni": 6},
}

MONTHS = {
    **dict.fromkeys(("january", "jan", "styczen", "stycznia", "sty", "januar", "januara", "leden",
                     "ledna", "led", "январь", "января", "янв", "janner"), 1),
    **dict.fromkeys(("february", "feb", "luty", "lutego", "lut", "februar", "februara", "unor",
                     "unora", "uno", "февраль", "февраля", "фев"), 2),
    **dict.fromkeys(("march", "mar", "marzec", "marca", "marec", "brezen", "brezna", "bre",
                     "март", "марта", "мар", "marz", "maerz"), 3),
    **dict.fromkeys(("april", "apr", "kwiecien", "kwietnia", "kwi", "aprila", "duben", "dubna",
                     "dub", "апрель", "апреля", "апр"), 4),
    **dict.fromkeys(("may", "maj", "maja", "kveten", "kvetna", "kve", "май", "мая", "mai"), 5),
    **dict.fromkeys(("june", "jun", "czerwiec", "czerwca", "cze", "juna", "cerven", "cervna", "июнь",
                     "июня", "июн", "juni"), 6),
    **dict.fromkeys(("july", "jul", "lipiec", "lipca", "lip", "jula", "cervenec", "cervence",
                     "июль", "июля", "июл", "juli"), 7),
    **dict.fromkeys(("august", "aug", "sierpien", "sierpnia", "sie", "augusta", "srpen", "srpna",
                     "srp", "август", "августа", "авг"), 8),
    **dict.fromkeys(("september", "sep", "sept", "wrzesien", "wrzesnia", "wrz", "septembra", "zari",
                     "zar", "сентябрь", "сентября", "сен"), 9),
    **dict.fromkeys(("october", "oct", "pazdziernik", "pazdziernika", "paz", "oktober", "oktobra",
                     "okt", "rijen", "rijna", "rij", "октябрь", "октября", "окт"), 10),
    **dict.fromkeys(("november", "nov", "listopad", "listopada", "listopadu", "lis", "novembra",
                     "ноябрь", "ноября", "ноя"), 11),
    **dict.fromkeys(("december", "dec", "grudzien", "grudnia", "gru", "decembra", "prosinec",
                     "prosince", "pro", "декабрь", "декабря", "дек", "dezember", "dez"), 12),
}  # fmt: skip
