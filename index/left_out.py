"""The files and folders that are never documents, whatever is in them: they come and go without anybody's will.

To list them as files that cannot be read would make a new generation each time that one of them appears or goes.
"""

from __future__ import annotations

_HIDDEN = "."
"""What begins so is hidden: .DS_Store of macOS, .~lock.note.odt# of LibreOffice, .nfs0001 of a network drive."""

_FILES = {
    "thumbs.db",  # the small pictures of a folder, by Windows
    "ehthumbs.db",
    "desktop.ini",  # how Windows shows a folder
}
_OWNER = "~$"  # of a file that is open in Word, Excel or PowerPoint: it holds the name of who opened it
_UNFINISHED = (
    ".tmp",  # what a program writes before it gives it its name; Office leaves some behind
    ".part",  # a download of Firefox, or a transfer, that goes on
    ".partial",  # of Edge
    ".crdownload",  # of Chrome
)
_FOLDERS = {
    "$recycle.bin",  # what somebody has deleted: of a drive of Windows, and of storage by Synology
    "#recycle",
    "system volume information",  # nobody may list it
    "lost+found",  # of a Linux disk; nobody may list it
    "@eadir",  # what storage by Synology keeps of each file
}


def is_file_left_out(name: str) -> bool:
    """Tell whether a file of this name is no document."""
    plain = name.lower()
    return plain in _FILES or plain.startswith((_HIDDEN, _OWNER)) or plain.endswith(_UNFINISHED)


def is_folder_left_out(name: str) -> bool:
    """Tell whether nothing in a folder of this name is a document."""
    return name.startswith(_HIDDEN) or name.lower() in _FOLDERS
