"""What somebody wrote in an e-mail, without what they quote and what stands under their name.

Only for showing: the whole text is kept. In Polish, German, Czech, Slovak, Russian and English, and as
Outlook, Gmail, Apple Mail and Thunderbird set it.
"""

from __future__ import annotations

import re

_LONGEST = 100_000  # characters that are looked at
_MARGIN = 400  # characters of a line that are
# A line, perhaps broken into two or three, that says who wrote what follows and when.
_WROTE = re.compile(
    r"(?:wiadomość napisana przez .{3,300}?\b(?:w dniu|dnia)\b.{3,120}:|(?:on|w dniu|dnia|am|dne|dňa|on the)\b.{3,300}?\b(?:wrote|writes|napisał(?:\(a\)|a|/a)?|pisze|schrieb|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?)\b.{0,120}:"
    r"|(?:pon|wt|śr|czw|pt|sob|niedz|po|út|st|čt|pá|so|ne|ut|št|pi|mo|di|mi|do|fr|sa|пн|вт|ср|чт|пт|сб|вс)\w{0,10}[.,]{0,2} .{3,200}?\b(?:napisał(?:\(a\)|a)?|pisze|schrieb|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|написал(?:\(а\)|а)?|пишет)\b.{0,120}:"
    r"|\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{2,4}.{0,200}?\b(?:wrote|napisał(?:\(a\)|a)?|pisze|schrieb|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|написал(?:\(а\)|а)?|пишет)\b.{0,120}:"
    r"|\d{1,2} \w{3,10}\.? \d{4}.{0,200}?\b(?:wrote|napisał(?:\(a\)|a)?|pisze|schrieb|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|написал(?:\(а\)|а)?|пишет)\b.{0,120}:"
    r"|(?:пн|вт|ср|чт|пт|сб|вс|\d{1,2})\b.{5,200}<[^<>\s]{1,200}@[^<>\s]{1,200}>:"
    r"|.{1,150} (?:wrote|pisze|napisał|napisała|schrieb|napsal|napsala|napísal|napísala|написал|написала|пишет):)$",
    re.IGNORECASE,
).match
_OPENS = re.compile(
    r"(?:wiadomość napisana przez|on|w dniu|dnia|am|dne|dňa|pon|wt|śr|czw|pt|sob|niedz|po|út|st|čt|pá|so|ne|ut|št|pi|mo|di|mi|do|fr|sa|пн|вт|ср|чт|пт|сб|вс)\w{0,10}[.,]{0,2}\s|\d{1,4}[./-]\s?\d{1,2}|\d{1,2} \w{3,10}\.? \d{4}",
    re.IGNORECASE,
).match
_ORIGINAL = re.compile(
    r"(?:-{2,}|_{5,})\s*(?:original message|forwarded message|(?:oryginalna wiadomość|wiadomość oryginalna)|wiadomość przekazana|przekazana wiadomość|treść przekazanej wiadomości"
    r"|ursprüngliche nachricht|weitergeleitete nachricht|původní zpráva|původní e-mail|přeposlaná zpráva|pôvodná správa|preposlaná správa"
    r"|исходное сообщение|пересылаемое сообщение|пересланное сообщение|original-nachricht)\s*-*$|_{20,}$",
    re.IGNORECASE,
).match
# The headers that Outlook puts above what is answered: the first, and one that must be near.
_FROM = re.compile(r"\*?(?:from|od|von|de|от|od koho):\*?\s", re.IGNORECASE).match
_SENT = re.compile(
    r"\*?(?:sent|date|wysłano|wysłane|data|gesendet|datum|odesláno|odoslané|odosláno|dátum|отправлено|дата|envoyé):\*?\s",
    re.IGNORECASE,
).match
_PHONE = re.compile(
    r"(?:sent from my |sent from (?:mail|outlook)|get outlook for |wysłan[eo] z |pobierz (?:program |aplikację )?outlook|von meinem .{1,40} gesendet"
    r"|gesendet (?:von|mit) |outlook für .{1,10} |odesláno z |odoslané z |stáhněte si outlook|отправлено (?:с|из) ).{0,80}$",
    re.IGNORECASE,
).match
_NEAR = 4  # lines


def said(text: str) -> str:
    """Return what is new in the text of an e-mail; all of it where nothing else is."""
    lines = text[:_LONGEST].splitlines()
    kept: list[str] = []
    for place, line in enumerate(lines):
        bare = line.strip()[:_MARGIN]
        if _ends(lines, place, bare):
            break
        if not bare.startswith(">") and not _PHONE(bare):
            kept.append(line)
    found = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return found or text


def _ends(lines: list[str], place: int, bare: str) -> bool:
    """Whether from this line on nothing is new: a signature, or what is answered."""
    if bare == "--":
        return any(line.strip() for line in lines[:place])
    if not bare:
        return False
    if _ORIGINAL(bare):
        return True
    if _FROM(bare):
        return any(_SENT(line.strip()[:_MARGIN]) for line in lines[place + 1 : place + 1 + _NEAR])
    if bare.endswith(":") and _WROTE(bare):
        # Those who answer between the lines quote below it, and go on.
        return not _answers_between(lines, place + 1)
    if not _OPENS(bare):
        return False
    for more in (2, 3):
        joined = " ".join(line.strip() for line in lines[place : place + more])[:_MARGIN]
        if joined.endswith(":") and _WROTE(joined):
            return not _answers_between(lines, place + more)
    return False


def _answers_between(lines: list[str], start: int) -> bool:
    """Whether below a quotation something stands that is none, before the signature."""
    quoted = False
    for line in lines[start:]:
        bare = line.strip()
        if bare == "--" or _ORIGINAL(bare[:_MARGIN]):
            return False
        if bare.startswith(">"):
            quoted = True
        elif bare and quoted:
            return True
        elif bare:
            return False
    return False
