"""From a draft and the company's assets to the snapshot that calls run on, and its JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

from app.errors import DocumentError
from app.flow import document as documents
from app.flow.check import check
from app.flow.document import Document
from app.flow.snapshot import Assets, Group, Phone, Prompt, Snapshot
from app.flow.system_prompts import SYSTEM_PROMPTS, system_file
from app.routing import opening_hours
from app.routing.numbers import is_phone

FORMAT = 1  # goes up when an older controller could not read a newer snapshot


def compile_snapshot(
    data: Any,
    assets: Assets,
    *,
    did: str,
    version: int,
    company_id: int,
    flow_id: str,
    timezone: str = "Asia/Shanghai",
    fallback: str = "",
) -> Snapshot:
    """The snapshot of a draft; DocumentError, with every problem in it, when the draft has errors.

    `fallback` is the number's own fallback, a phone's id or a typed number, used when the document names none.
    """
    document, problems = check(data, assets)
    if document is None:
        raise DocumentError(problems)
    fallback = document.fallback or fallback
    return Snapshot(
        did=did,
        version=version,
        company_id=company_id,
        document=document,
        assets=_complete(assets, [*_typed_phones(document), *([fallback] if fallback else [])]),
        flow_id=flow_id,
        timezone=timezone,
        fallback=fallback,
    )


def for_number(snapshot: Snapshot, did: str, fallback: str = "") -> Snapshot:
    """The same snapshot for one of the numbers that use the flow."""
    fallback = snapshot.fallback or fallback
    assets = _complete(snapshot.assets, [fallback] if fallback else [])
    return replace(snapshot, did=did, fallback=fallback, assets=assets)


def _typed_phones(document: Document) -> Iterator[str]:
    """Phone numbers typed into exits and lists of phones."""
    for node in document.nodes.values():
        yield from (target for target in node.exits.values() if is_phone(target))
        yield from (phone for phone in getattr(node, "phones", ()) if is_phone(phone))


def _complete(assets: Assets, typed: list[str]) -> Assets:
    """The assets with system prompts, and typed numbers as phones whose id is the number."""
    names = {phone.number: phone.name for phone in assets.phones.values()}
    strangers = (number for number in typed if number not in assets.phones)
    phones = dict(assets.phones) | {
        number: Phone(number, number, names.get(number, "")) for number in strangers
    }
    spoken = {key: Prompt(key, text, system_file(key), text) for key, text in SYSTEM_PROMPTS.items()}
    return replace(assets, phones=phones, prompts=spoken | dict(assets.prompts))


def dump(snapshot: Snapshot) -> str:
    """The snapshot as JSON."""
    assets = snapshot.assets
    return json.dumps(
        {
            "format": FORMAT,
            "did": snapshot.did,
            "version": snapshot.version,
            "company_id": snapshot.company_id,
            "flow_id": snapshot.flow_id,
            "timezone": snapshot.timezone,
            "fallback": snapshot.fallback,
            "document": documents.write(snapshot.document),
            "phones": [asdict(phone) for phone in assets.phones.values()],
            "groups": [asdict(group) for group in assets.groups.values()],
            "prompts": [asdict(prompt) for prompt in assets.prompts.values()],
            "hours": [
                {"id": h.id, "name": h.name, "document": opening_hours.write(h)}
                for h in assets.hours.values()
            ],
        },
        ensure_ascii=False,
    )


def load(text: str | bytes) -> Snapshot:
    """The snapshot that `dump` wrote; DocumentError when the nodes in it are not known here, ValueError when it is none."""
    data: Mapping[str, Any] = json.loads(text)
    if data.get("format") != FORMAT:
        raise ValueError(f"snapshot format {data.get('format')} is not {FORMAT}")
    document, problems = documents.read(data["document"])
    if document is None:
        raise DocumentError(problems)
    return Snapshot(
        did=data["did"],
        version=data["version"],
        company_id=data["company_id"],
        document=document,
        assets=_load_assets(data),
        flow_id=data["flow_id"],
        timezone=data["timezone"],
        fallback=data["fallback"],
    )


def _load_assets(data: Mapping[str, Any]) -> Assets:
    groups = [Group(**{**group, "phones": tuple(group["phones"])}) for group in data["groups"]]
    hours = [opening_hours.read(item["id"], item["name"], item["document"]) for item in data["hours"]]
    return Assets(
        phones={item["id"]: Phone(**item) for item in data["phones"]},
        groups={group.id: group for group in groups},
        hours={item.id: item for item in hours},
        prompts={item["id"]: Prompt(**item) for item in data["prompts"]},
    )
