"""Where the config and the book live: the XDG folders of the owner."""

from __future__ import annotations

import os

from crmcli.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def home(environ: Mapping[str, str]) -> str:
    """The owner's home folder, also where HOME is missing, as under some daemons.

    Raises:
        ConfigError: neither HOME nor the user database knows one.
    """
    found = environ.get("HOME")
    if not found:
        import pwd

        try:
            found = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            raise ConfigError(
                "no home folder is known; set HOME, or CRM_DB and CRM_CONFIG"
            ) from None
    return found


def config_path(environ: Mapping[str, str]) -> str:
    """The config file, by CRM_CONFIG or in the XDG config folder."""
    named = environ.get("CRM_CONFIG")
    return named or os.path.join(
        _folder(environ, "XDG_CONFIG_HOME", ".config"), "crm", "config.toml"
    )


def data_path(environ: Mapping[str, str]) -> str:
    """The database file that nobody named: in the XDG data folder."""
    return os.path.join(_folder(environ, "XDG_DATA_HOME", ".local/share"), "crm", "crm.db")


def backup_folder(environ: Mapping[str, str]) -> str:
    """The folder of the backups of every book, where the config names none: in the XDG data folder."""
    return os.path.join(os.path.dirname(data_path(environ)), "backups")


def _folder(environ: Mapping[str, str], variable: str, beside: str) -> str:
    found = environ.get(variable, "")
    # The specification: a relative path there is invalid and to be ignored.
    return found if os.path.isabs(found) else os.path.join(home(environ), beside)


def warn_of_others(path: str, what: str, warn: Callable[[str], object]) -> None:
    """Say that others on the machine can read a file, or change it, and how to mend that."""
    mode = os.stat(path).st_mode
    if mode & 0o077:
        from shlex import quote

        may = "change" if mode & 0o022 else "read"
        warn(f"{path}: others can {may} the {what}; chmod 600 {quote(path)}")


def make_folder(path: str) -> None:
    """Make the folder and those above it that are missing, each for the owner only (0700)."""
    if path and not os.path.isdir(path):
        make_folder(os.path.dirname(path))
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:
            if not os.path.isdir(path):
                raise
