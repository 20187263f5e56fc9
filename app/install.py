"""`hotline400 init`: everything that must exist before the first process starts. May be run again at any time."""

from __future__ import annotations

from pathlib import Path

from app.calls.spoken import make_system_prompts
from app.settings import Settings
from app.store import migrate


def run(settings: Settings) -> int:
    """Prepare and say what was done."""
    applied = prepare(settings)
    print(f"data folder  {settings.home}")
    print(f"database     {len(applied)} migration(s) applied" if applied else "database     up to date")
    return 0


def prepare(settings: Settings) -> list[str]:
    """Folders, secret, database and system prompts; returns the migrations applied."""
    for folder in (settings.home, Path(settings.prompts_dir), Path(settings.recordings_dir)):
        folder.mkdir(parents=True, exist_ok=True)
    settings.home.chmod(0o700)
    assert settings.secret_key
    make_system_prompts(Path(settings.prompts_dir))
    return migrate.upgrade(settings.database_url)
