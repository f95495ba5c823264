"""Where a book lives is told by marks, names and mounts."""

from __future__ import annotations

import pytest

from crmcli.db import place


@pytest.mark.parametrize(
    ("mark", "tool"),
    [
        (".dropbox.cache", "Dropbox"),
        (".dropbox", "Dropbox"),
        (".stfolder", "Syncthing"),
        (".tmp.drivedownload", "Google Drive"),
        (".owncloudsync.log", "Nextcloud"),
        (".sync_0123abcd.db", "Nextcloud"),
        ("._sync_0123abcd.db", "Nextcloud"),
        (".seafile-data", "Seafile"),
    ],
)
def test_marks_of_sync_tools(tmp_path, mark, tool):
    """In the folder of the book or any above it."""
    (tmp_path / mark).touch()
    (tmp_path / "work" / "crm").mkdir(parents=True)
    found = place.of(str(tmp_path / "work" / "crm" / "crm.db"))
    assert (found.kind, found.tool, found.shared) == ("synced", tool, True)


@pytest.mark.parametrize(
    ("folder", "tool"),
    [
        ("Dropbox", "Dropbox"),
        ("Dropbox (Acme)", "Dropbox"),
        ("OneDrive", "OneDrive"),
        ("OneDrive - Acme", "OneDrive"),
        ("Mobile Documents/com~apple~CloudDocs", "iCloud"),
        ("CloudStorage/GoogleDrive-anna@acme.example/My Drive", "Google Drive"),
        ("pCloudDrive", "pCloud"),
        ("Nextcloud", "Nextcloud"),
    ],
)
def test_names_of_folders(tmp_path, folder, tool):
    """As the tools name them."""
    found = place.of(str(tmp_path / folder / "crm.db"))
    assert (found.kind, found.tool) == ("synced", tool)


@pytest.mark.parametrize("folder", ["OneDriver", "My Drives", "Dropboxes", "project/.git", "crm"])
def test_folders_of_nobody(tmp_path, folder):
    """A name that is only alike, and a repository, say nothing."""
    (tmp_path / folder).mkdir(parents=True)
    assert place.of(str(tmp_path / folder / "crm.db")).kind == "local"


def test_onedrive_of_the_environment(tmp_path):
    """Wherever its owner put it."""
    path = str(tmp_path / "Cloud" / "crm.db")
    assert place.of(path, {"OneDriveCommercial": str(tmp_path / "Cloud")}).tool == "OneDrive"
    assert place.of(path, {"OneDriveCommercial": str(tmp_path / "Other")}).kind == "local"


MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:35 / /mnt/nas rw,relatime shared:20 - nfs4 nas:/export rw,vers=4.2
41 22 0:36 / /mnt/my\\040share rw,relatime - cifs //nas/share rw
42 22 0:37 / /mnt/host rw - fuse.sshfs anna@host: rw
43 40 8:2 / /mnt/nas/local rw - ext4 /dev/sdb1 rw
44 22 0:38 / /mnt/over rw - ext4 /dev/sdc1 rw
45 22 0:39 / /mnt/over rw - 9p share rw
"""


@pytest.mark.parametrize(
    ("path", "tool"),
    [
        ("/mnt/nas/crm/crm.db", "NFS"),
        ("/mnt/my share/crm.db", "SMB"),
        ("/mnt/host/crm.db", "SSHFS"),
        ("/mnt/over/crm.db", "9P"),
        ("/mnt/nas/local/crm.db", ""),
        ("/mnt/nasty/crm.db", ""),
        ("/home/anna/crm.db", ""),
    ],
)
def test_mounts(tmp_path, monkeypatch, path, tool):
    """The deepest mount above the book counts, of several at one point the last."""
    file = tmp_path / "mountinfo"
    file.write_text(MOUNTS)
    monkeypatch.setattr(place, "_MOUNTS", str(file))
    found = place.of(path)
    assert (found.kind, found.tool) == (("share", tool) if tool else ("local", ""))
