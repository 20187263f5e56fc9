"""From a draft and the company's assets to the snapshot that calls run on, and its JSON."""

from __future__ import annotations

import json
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from app.errors import DocumentError
from app.flow import document as documents
from app.flow.check import check
from app.flow.document import Document
from app.flow.prune import documents as documents_of
from app.flow.prune import prune, reached
from app.flow.snapshot import Assets, Group, Phone, Prompt, Queue, Snapshot
from app.flow.system_prompts import SYSTEM_PROMPTS, system_prompt
from app.routing import dialling_rules, lists, opening_hours
from app.routing.dialling_rules import MAINLAND
from app.routing.number_kinds import is_number
from app.speech.say import PARTS

SPOKEN = {key: prompt for key in (*SYSTEM_PROMPTS, *PARTS) if (prompt := system_prompt(key))}
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
    document, problems = check(data, assets, flow_id)
    if document is None:
        raise DocumentError(problems)
    return replace(
        snapshot_of(document, assets, document.fallback or fallback),
        did=did,
        version=version,
        company_id=company_id,
        flow_id=flow_id,
        timezone=timezone,
    )


def snapshot_of(document: Document, assets: Assets, fallback: str = "") -> Snapshot:
    """The snapshot of a flow without errors, of no number yet."""
    kept = replace(prune(document, assets), dialling=MAINLAND)
    return Snapshot(
        did="",
        version=0,
        company_id=0,
        document=document,
        assets=_complete(kept, _typed_phones(document, assets, fallback), assets),
        fallback=fallback,
    )


def for_number(snapshot: Snapshot, did: str, fallback: str = "") -> Snapshot:
    """The same snapshot for one of the numbers that use the flow."""
    fallback = snapshot.fallback or fallback
    assets = _complete(snapshot.assets, [fallback], snapshot.assets)
    return replace(snapshot, did=did, fallback=fallback, assets=assets)


def _typed_phones(document: Document, assets: Assets, fallback: str) -> Iterator[str]:
    """The phone numbers that stand for themselves: in exits, in lists of phones, as fallback and in an emergency."""
    for flow in documents_of(document, assets, reached(document, assets)):
        for node in flow.nodes.values():
            yield from (target for target in node.exits.values() if is_number(target))
            yield from (phone for phone in getattr(node, "phones", ()) if is_number(phone))
    yield from (fallback, assets.emergency)


def _complete(kept: Assets, typed: Iterable[str], known: Assets) -> Assets:
    """The kept assets with system prompts, and typed numbers as phones whose id is the number.

    A number that one of the `known` phones has bears its name; a fallback may name a known phone.
    """
    names = {phone.number: phone.name for phone in known.phones.values()}
    phones = dict(kept.phones)
    for number in typed:
        if number and number not in phones:
            phones[number] = known.phones.get(number) or Phone(number, number, names.get(number, ""))
    return replace(kept, phones=phones, prompts=ChainMap(_own(kept.prompts), SPOKEN))


def _own(prompts: Mapping[str, Prompt]) -> dict[str, Prompt]:
    """The prompts without the system's, which every controller has itself."""
    return {key: prompt for key, prompt in prompts.items() if SPOKEN.get(key) is not prompt}


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
            "phones": [_write_phone(phone) for phone in assets.phones.values()],
            "groups": [asdict(group) for group in assets.groups.values()],
            "prompts": [asdict(prompt) for prompt in _own(assets.prompts).values()],
            "hours": [
                {"id": h.id, "name": h.name, "document": opening_hours.write(h)}
                for h in assets.hours.values()
            ],
            "lists": [
                {"id": c.id, "name": c.name, "kind": c.kind, "document": lists.write(c)}
                for c in assets.lists.values()
            ],
            "flows": {key: documents.write(flow) for key, flow in assets.flows.items()},
            "queues": [asdict(queue) for queue in assets.queues.values()],
            "closures": [day.isoformat() for day in sorted(assets.closures)],
            "emergency": assets.emergency,
            **_of_company(snapshot),
        },
        ensure_ascii=False,
    )


def _write_phone(phone: Phone) -> dict[str, str]:
    """Hours only where there are some: what was published before has none."""
    data: dict[str, str] = asdict(phone)
    return data if phone.hours else {name: value for name, value in data.items() if name != "hours"}


def _of_company(snapshot: Snapshot) -> dict[str, Any]:
    """What the company adds; flow versions have none of it, so that they stay comparable."""
    added = {
        "max_calls": snapshot.max_calls,
        "webhook_secret": snapshot.webhook_secret,
        "dialling": dialling_rules.write(snapshot.assets.dialling),
    }
    return {name: value for name, value in added.items() if value}


def load(text: str | bytes) -> Snapshot:
    """The snapshot that `dump` wrote; DocumentError when the nodes in it are not known here, ValueError when it is none."""
    data: Mapping[str, Any] = json.loads(text)
    if data.get("format") != FORMAT:
        raise ValueError(f"snapshot format {data.get('format')} is not {FORMAT}")
    return Snapshot(
        did=data["did"],
        version=data["version"],
        company_id=data["company_id"],
        document=_load_flow(data["document"]),
        assets=_load_assets(data),
        flow_id=data["flow_id"],
        timezone=data["timezone"],
        fallback=data["fallback"],
        max_calls=data.get("max_calls", 0),
        webhook_secret=data.get("webhook_secret", ""),
    )


def _load_assets(data: Mapping[str, Any]) -> Assets:
    groups = [Group(**{**group, "phones": tuple(group["phones"])}) for group in data["groups"]]
    hours = [opening_hours.read(item["id"], item["name"], item["document"]) for item in data["hours"]]
    prompts = {item["id"]: _load_prompt(item) for item in data["prompts"]}
    return Assets(
        phones={item["id"]: Phone(**item) for item in data["phones"]},
        groups={group.id: group for group in groups},
        hours={item.id: item for item in hours},
        prompts=ChainMap(prompts, SPOKEN),
        lists={item["id"]: lists.read(**item) for item in data.get("lists", ())},
        flows={key: _load_flow(flow) for key, flow in data.get("flows", {}).items()},
        queues={
            queue["id"]: Queue(**{**queue, "phones": tuple(queue["phones"])})
            for queue in data.get("queues", ())
        },
        closures=frozenset(map(date.fromisoformat, data.get("closures", ()))),
        emergency=data.get("emergency", ""),
        dialling=dialling_rules.read(data.get("dialling", {})),
    )


def _load_prompt(data: Mapping[str, Any]) -> Prompt:
    others = {language: _load_prompt(other) for language, other in data.get("languages", {}).items()}
    return Prompt(**{**data, "languages": others})


def _load_flow(data: Mapping[str, Any]) -> Document:
    document, problems = documents.read(data)
    if document is None:
        raise DocumentError(problems)
    return document
