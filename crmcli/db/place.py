"""Where a book lives: a folder that a sync tool copies between machines, or a share of another machine.

In neither can SQLite's locks be trusted, and in the first two machines write files that know nothing
of each other. Told by the marks that the tools leave in their folders, by names and by the mounts.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# What a tool leaves in the root of its folder.
_MARKS = {
    ".dropbox": "Dropbox",
    ".dropbox.cache": "Dropbox",
    ".tmp.drivedownload": "Google Drive",
    ".tmp.driveupload": "Google Drive",
    ".owncloudsync.log": "Nextcloud",
    ".nextcloudsync.log": "Nextcloud",
    ".stfolder": "Syncthing",
    ".seafile-data": "Seafile",
    ".SeaDriveCache": "Seafile",
    ".megaignore": "MEGA",
    ".rslsync": "Resilio Sync",
}
# The beginnings of names of the lists that Nextcloud and ownCloud keep in the root of theirs.
_LISTS = (".sync_", "._sync_")
# Folders with these names, or that begin so with what follows.
_NAMES = {
    "Dropbox": "Dropbox",
    "OneDrive": "OneDrive",
    "Mobile Documents": "iCloud",
    "iCloud Drive": "iCloud",
    "iCloudDrive": "iCloud",
    "Google Drive": "Google Drive",
    "GoogleDrive": "Google Drive",
    "My Drive": "Google Drive",
    "DriveFS": "Google Drive",
    "Nextcloud": "Nextcloud",
    "ownCloud": "Nextcloud",
    "Seafile": "Seafile",
    "pCloud Drive": "pCloud",
    "pCloudDrive": "pCloud",
}
_BEGINNINGS = ("OneDrive - ", "OneDrive-", "GoogleDrive-", "Dropbox (", "Dropbox-", "Nextcloud-")
_VARIABLES = {
    "OneDrive": "OneDrive",
    "OneDriveCommercial": "OneDrive",
    "OneDriveConsumer": "OneDrive",
}
_SHARES = {
    "nfs": "NFS", "nfs4": "NFS", "cifs": "SMB", "smb3": "SMB", "smbfs": "SMB", "9p": "9P", "afs": "AFS", "afpfs": "AFP",
    "davfs": "WebDAV", "webdav": "WebDAV", "ncpfs": "NCP", "ceph": "Ceph", "glusterfs": "GlusterFS", "virtiofs": "virtiofs",
    "fuse.sshfs": "SSHFS", "fuse.rclone": "rclone", "fuse.davfs": "WebDAV", "fuse.davfs2": "WebDAV",
    "fuse.glusterfs": "GlusterFS", "fuse.s3fs": "S3", "fuse.gvfsd-fuse": "GVFS", "fuse.smbnetfs": "SMB", "prl_fs": "Parallels",
    "vboxsf": "VirtualBox", "vmhgfs": "VMware", "fuse.vmhgfs-fuse": "VMware", "fuse.pCloud.fs": "pCloud",
    "fuse.google-drive-ocamlfuse": "Google Drive",
}  # fmt: skip
_MOUNTS = "/proc/self/mountinfo"
_REMOTE = 4  # a drive of another machine, as Windows counts


class Place:
    """Where a book lives.

    Attributes:
        kind: synced, share or local.
        tool: the name of the sync tool or of the kind of share; empty for local.
    """

    __slots__ = ("kind", "tool")

    def __init__(self, kind: str = "local", tool: str = "") -> None:
        self.kind = kind
        self.tool = tool

    @property
    def shared(self) -> bool:
        """Whether another machine may write the same file, or one that takes its place."""
        return self.kind != "local"

    @property
    def told(self) -> str:
        """In words."""
        if self.kind == "synced":
            return f"in a folder of {self.tool}"
        return f"on a network share ({self.tool})" if self.kind == "share" else "on this machine"


def of(path: str, environ: Mapping[str, str] | None = None) -> Place:
    """Tell where the book at ``path`` lives, there yet or not."""
    path = os.path.realpath(path)
    folders = list(_above(path))
    tool = _by_name(folders) or _by_mark(folders) or _by_variable(path, environ or {})
    if tool:
        return Place("synced", tool)
    share = _share(path)
    return Place("share", share) if share else Place()


def _above(path: str) -> Iterator[str]:
    """The folders above a file, the nearest first."""
    folder = os.path.dirname(path)
    while folder != os.path.dirname(folder):
        yield folder
        folder = os.path.dirname(folder)


def _by_name(folders: Iterable[str]) -> str:
    for folder in folders:
        name = os.path.basename(folder)
        if name in _NAMES:
            return _NAMES[name]
        for start in _BEGINNINGS:
            if name.startswith(start):
                return _NAMES[start.rstrip(" -(")]
    return ""


def _by_mark(folders: Iterable[str]) -> str:
    for folder in folders:
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        for name in names:
            if name.startswith("."):
                if name in _MARKS:
                    return _MARKS[name]
                if name.startswith(_LISTS) and name.endswith(".db"):
                    return "Nextcloud"
    return ""


def _by_variable(path: str, environ: Mapping[str, str]) -> str:
    for variable, tool in _VARIABLES.items():
        folder = environ.get(variable)
        if folder and os.path.realpath(folder) in _above(path):
            return tool
    return ""


def _share(path: str) -> str:
    if sys.platform == "win32":
        return _windows_share(path)
    if sys.platform == "darwin":
        return _kind(path, _mac_mounts())
    try:
        with open(_MOUNTS, encoding="utf-8", errors="surrogateescape") as file:
            return _kind(path, _linux_mounts(file))
    except OSError:
        return ""


def _kind(path: str, mounts: Iterable[tuple[str, str]]) -> str:
    """The kind of share by the mounts (point, file system): the longest point above, the last of equals."""
    found, longest = "", -1
    for point, system in mounts:
        above = point.rstrip("/") + "/"
        if path.startswith(above) and len(point) >= longest:
            found, longest = system, len(point)
    return _SHARES.get(found, "")


def _linux_mounts(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) > 4 and after:
            point = fields[4]
            for code, char in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
                point = point.replace(code, char)
            yield point, after.split(" ", 1)[0]


def _mac_mounts() -> Iterator[tuple[str, str]]:
    import subprocess

    try:
        run = subprocess.run(
            ["/sbin/mount"], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return
    for line in run.stdout.splitlines():
        point, _, rest = line.partition(" on ")[2].rpartition(" (")
        yield point, rest.partition(",")[0].rstrip(")")


def _windows_share(path: str) -> str:
    if path.startswith("\\\\"):
        return "SMB"
    import ctypes

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - there on Windows alone
    return "SMB" if kernel.GetDriveTypeW(os.path.splitdrive(path)[0] + "\\") == _REMOTE else ""
