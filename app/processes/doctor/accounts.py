"""Whom the system knows FreeSWITCH as, and what that account may do with a folder."""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT_UID = 0
USUAL_NAME = "freeswitch"
PROGRAM = "freeswitch"
READ, WRITE, ENTER = 4, 2, 1  # bits of a mode, for others; shifted for group and owner


@dataclass(frozen=True, slots=True)
class Account:
    """A user with his own group and all groups that he is in."""

    name: str
    uid: int
    gid: int
    groups: frozenset[int]

    @property
    def group(self) -> str:
        try:
            return grp.getgrgid(self.gid).gr_name
        except KeyError:
            return str(self.gid)

    def may(self, path: Path, needed: int) -> bool:
        """Whether the mode of a path lets the account do that; access lists beyond the mode are not looked at."""
        if self.uid == ROOT_UID:
            return True
        facts = path.stat()
        shift = 6 if facts.st_uid == self.uid else 3 if facts.st_gid in self.groups else 0
        return facts.st_mode >> shift & needed == needed

    def closed(self, folder: Path) -> Path | None:
        """The first folder on the way that the account cannot enter, None when it comes through."""
        way = (*reversed(folder.parents), folder)
        return next((path for path in way if not self.may(path, ENTER)), None)


def of_freeswitch(processes: Path = Path("/proc")) -> Account | None:
    """The account of the FreeSWITCH that runs here, else the one that its packages make; None when there is neither."""
    return next(_running(processes), None) or _installed()


def _running(processes: Path) -> Iterator[Account]:
    for status in processes.glob("[0-9]*/status"):
        with suppress(OSError):  # it has ended meanwhile
            facts = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
            if facts.get("Name", "").strip() == PROGRAM:
                uid, gid = int(facts["Uid"].split()[1]), int(facts["Gid"].split()[1])
                yield Account(_name(uid), uid, gid, frozenset({gid, *map(int, facts["Groups"].split())}))


def _installed() -> Account | None:
    try:
        found = pwd.getpwnam(USUAL_NAME)
    except KeyError:
        return None
    return Account(
        found.pw_name,
        found.pw_uid,
        found.pw_gid,
        frozenset(os.getgrouplist(found.pw_name, found.pw_gid)),
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
