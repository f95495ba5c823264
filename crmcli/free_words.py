"""Words of a name or text that go on behind an option's value, which they may have been meant for.

``crm add Eva Malá --company Mlékárna Olešnice`` would make a person of three words and a company of
one: without quotes nobody can tell, so nothing is guessed.
"""

from __future__ import annotations

from crmcli.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Commands whose free words become one text, with how many words of the line name what they are about.
COMMANDS = {"add": 1, "edit": 1, "log": 2, "remind": 1, "deal add": 2, "dnc": 1, "consent": 1,
            "case wait": 3, "case close": 3, "deal lost": 3}  # fmt: skip
# Options whose value is one word whatever it is: what follows cannot belong to it.
_ONE_WORD = frozenset((
    "email", "url", "done", "deal", "currency", "language", "lifecycle", "channel", "cadence", "probability",
))  # fmt: skip


def check(words: Sequence[str], given: Mapping[str, object]) -> None:
    """Refuse free words that stand before and behind the value of an option.

    A word with a blank in it was quoted, so it stands for itself.

    Args:
        words: the command line, from the name of the command on.
        given: the arguments of the command, as they were read.

    Raises:
        UsageError: there are such words; it says how to quote them.
    """
    name = " ".join(words[:2])
    before = COMMANDS.get(name) or COMMANDS.get(words[0])
    if before is None or any(word.startswith("-") for word in words[: before + 1]):
        return
    for at in range(before + 1, len(words) - 2):
        option, value, after = words[at : at + 3]
        if option == "--":
            return
        if (
            option.startswith("--")
            and "=" not in option
            and not after.startswith("-")
            and not any(map(str.isspace, after))
            and _takes(option, value, given)
        ):
            raise UsageError(_told(words, at))


def _takes(option: str, value: str, given: Mapping[str, object]) -> bool:
    """Whether the word behind an option was taken for its value."""
    key = option.removeprefix("--").replace("-", "_")
    held = given.get(key, given.get(f"{key}_"))
    return key not in _ONE_WORD and (held == value or (isinstance(held, list) and value in held))


def _told(words: Sequence[str], at: int) -> str:
    end = at + 2
    while end < len(words) and not words[end].startswith("-"):
        end += 1
    value, rest = [" ".join(words[at + 1 : end])], words[end:]
    line = _line([*words[: at + 1], *value, *rest])
    return (
        f"{words[at + 2]} stands behind {words[at]} {words[at + 1]}: is it part of that? Quote it: crm {line};"
        f" what is not goes before {words[at]}"
    )


def _line(words: Sequence[str]) -> str:
    """The words as a shell takes them."""
    from crmcli.output import shell

    return " ".join(map(shell.word, words))
