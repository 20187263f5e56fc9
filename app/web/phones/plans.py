"""What a file of phones, extensions or groups would change, row by row, and what is wrong with it: nothing is done yet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from app.integrations.spreadsheets import Row
from app.routing.dialling_rules import DiallingRules, may_dial
from app.routing.numbers import normalise
from app.store.imports import Change, State
from app.store.members import GROUP, MAX_MEMBERS
from app.web.groups.members import MAX_RING_S, MAX_WEIGHT
from app.web.language import current, say
from app.web.phones.forms import BAD_EXTENSION, EXTENSION, MAX_NAME
from app.web.texts import _, later

NEW, CHANGED, SAME, BAD = "new", "changed", "same", "bad"
MAX_PHONES = 1000
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("名称", "姓名", "名字", "name"),
    "number": ("号码", "电话", "电话号码", "手机", "手机号", "成员号码", "phone", "number"),
    "extension": ("分机号", "分机", "extension"),
    "group": ("接听组", "组", "组名", "group"),
    "weight": ("权重", "weight"),
    "ring": ("振铃秒数", "振铃", "ring", "ring seconds"),
}
"""What a column may be called; the first name is the one that we write, the last one on English pages."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "phones": ("name", "number", "extension"),
    "extensions": ("number", "extension"),
    "groups": ("group", "number", "weight", "ring"),
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    "phones": ("number",),
    "extensions": ("number", "extension"),
    "groups": ("group", "number"),
}
TITLES = {"phones": later("电话"), "extensions": later("分机号"), "groups": later("接听组")}
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")


def heading(column: str) -> str:
    """What a column is called on this page and in the files that we write."""
    return HEADINGS[column][-1 if current() == "en" else 0]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place of the file, and what to do; `column` is its heading."""

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of one phone or group: NEW, CHANGED, SAME or BAD."""

    row: int
    name: str
    detail: str
    what: str


@dataclass
class Plan:
    """The whole file; `store_kind` is what imports.apply takes. Lines and problems are in no order."""

    store_kind: str
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def count(self, what: str) -> int:
        return sum(line.what == what for line in self.lines)

    def wrong(self, row: int, column: str, text: str) -> None:
        self.problems.append(Problem(row, heading(column), text))

    def has_problem(self, row: int) -> bool:
        return any(problem.row == row for problem in self.problems)

    def put(self, row: int, slug: str, before: State | None, after: State, detail: str) -> None:
        """A phone or group that the file tells of without a mistake."""
        what = NEW if before is None else SAME if before == after else CHANGED
        self.lines.append(Line(row, after["name"], detail, what))
        if what != SAME:
            self.changes.append(Change(slug, before, after))


class NoHeading(ValueError):
    """The first row names no columns; `missing` are those that have to be there."""

    def __init__(self, missing: Iterable[str]) -> None:
        super().__init__("no heading")
        self.missing = [heading(column) for column in missing]


Records = list[tuple[Row, dict[str, str]]]


def records(kind: str, rows: Sequence[Row], plan: Plan) -> Records:
    """The rows by the columns that the first one names; rows with formulas are wrong. NoHeading."""
    titles = [cell.strip().lower() for cell in rows[0].cells] if rows else []
    columns = {
        column: next((at for at, title in enumerate(titles) if title in HEADINGS[column]), -1)
        for column in COLUMNS[kind]
    }
    if missing := [column for column in NEEDED[kind] if columns[column] < 0]:
        raise NoHeading(missing)
    found = []
    for row in rows[1:]:
        for column, at in columns.items():
            if at in row.formulas:
                plan.wrong(row.number, column, _("这里是公式，不会计算：请改成数值"))
        found.append((row, {column: row.cell(at) for column, at in columns.items()}))
    return found


def plan_phones(kind: str, rows: Sequence[Row], there: Mapping[str, State], rules: DiallingRules) -> Plan:
    """Phones by their number; `kind` extensions changes only extensions of phones that are there."""
    plan = Plan("phones")
    by_number = {state["number"]: slug for slug, state in there.items()}
    slugs = _free_slugs("phone", there)
    seen: dict[str, int] = {}
    final = {slug: dict(state) for slug, state in there.items()}
    wanted: list[tuple[int, str, State | None]] = []
    for row, cells in records(kind, rows, plan):
        number = _number(plan, row.number, cells["number"], rules)
        if number and number in seen:
            plan.wrong(row.number, "number", _("和第 %(n)s 行是同一个号码：请删掉一行", n=seen[number]))
        seen.setdefault(number, row.number)
        slug = by_number.get(number)
        before = there.get(slug) if slug else None
        if before is None and kind == "extensions" and number:
            plan.wrong(row.number, "number", _("没有绑定这个号码：请先导入电话"))
        after = _phone(plan, row.number, cells, number, before)
        if not plan.has_problem(row.number):
            slug = slug or next(slugs)
            final[slug] = after
            wanted.append((row.number, slug, before))
        else:
            plan.lines.append(Line(row.number, cells.get("name", ""), cells["number"], BAD))
    if len(final) > MAX_PHONES:
        plan.wrong(rows[-1].number, "number", _("一共最多 %(n)s 个电话", n=MAX_PHONES))
        return plan
    _put_phones(plan, wanted, final)
    return plan


def _put_phones(
    plan: Plan, wanted: Iterable[tuple[int, str, State | None]], final: Mapping[str, State]
) -> None:
    """Rows without a mistake of their own; an extension must be only one phone's in the end."""
    owners: dict[str, list[str]] = {}
    for slug, state in final.items():
        owners.setdefault(state["extension"], []).append(slug)
    for row, slug, before in wanted:
        after = dict(final[slug])
        twins = [other for other in owners[after["extension"]] if other != slug] if after["extension"] else []
        detail = f"{after['number']} {after['extension']}".strip()
        if twins:
            name = final[twins[0]]["name"]
            plan.wrong(row, "extension", _("「%(name)s」已经在用这个分机号", name=name))
            plan.lines.append(Line(row, after["name"], detail, BAD))
        else:
            plan.put(row, slug, before, after, detail)


def _phone(plan: Plan, row: int, cells: Mapping[str, str], number: str, before: State | None) -> State:
    name = cells.get("name", "") or (before["name"] if before else "")
    extension = cells["extension"] or (before["extension"] if before else "")
    if not name and (before or "name" in cells):
        plan.wrong(row, "name", _("请填写名称"))
    if len(name) > MAX_NAME:
        plan.wrong(row, "name", _("最多 50 个字"))
    if not re.match(EXTENSION, extension):
        plan.wrong(row, "extension", str(BAD_EXTENSION))
    return {"number": number, "name": name, "extension": extension}


def _number(plan: Plan, row: int, typed: str, rules: DiallingRules) -> str:
    """The number as it is dialled, "" with the reason in the plan when it cannot be."""
    number = normalise(typed)
    if _SCIENTIFIC.fullmatch(typed):
        why = _("表格软件把号码变成了科学计数法：请把这一列设为“文本”再填")
    elif not typed:
        why = _("请填写号码")
    elif words := may_dial(number, rules):
        why = say(words)
    else:
        return number
    plan.wrong(row, "number", f"“{typed[:40]}” {why}" if typed else why)
    return ""


def plan_groups(rows: Sequence[Row], there: Mapping[str, State], phones: Mapping[str, State]) -> Plan:
    """Groups by their name, each with the members that its rows give, in their order."""
    plan = Plan("groups")
    slugs = _free_slugs("group", there)
    known = {state["name"]: slug for slug, state in there.items()}
    find = _finder(phones, known)
    members: dict[str, dict[str, list[object]]] = {}
    begun: dict[str, int] = {}
    for row, cells in records("groups", rows, plan):
        name = cells["group"] or next(reversed(begun), "")
        if not name or len(name) > MAX_NAME:
            plan.wrong(row.number, "group", _("请填写名称") if not name else _("最多 50 个字"))
        begun.setdefault(name, row.number)
        member = find(cells["number"])
        if not member:
            plan.wrong(row.number, "number", _("没有绑定这个号码：请先导入电话"))
        if member in members.setdefault(name, {}):
            plan.wrong(row.number, "number", _("在这个组里已经有了：请删掉一行"))
        weight = _whole(plan, row.number, "weight", cells["weight"], (1, MAX_WEIGHT), 1)
        members[name].setdefault(
            member, [member, weight, _whole(plan, row.number, "ring", cells["ring"], (0, MAX_RING_S), 0)]
        )
        if len(members[name]) > MAX_MEMBERS:
            plan.wrong(row.number, "group", _("一个组最多 %(n)s 个成员", n=MAX_MEMBERS))
        if plan.has_problem(row.number):
            plan.lines.append(Line(row.number, name, cells["number"], BAD))
    spoiled = {line.name for line in plan.lines}
    for name, row_number in begun.items():
        if name in spoiled:  # without one of its members a group would not be what the file says
            continue
        slug = known.get(name) or next(slugs)
        after = {"name": name, "members": list(members[name].values())}
        plan.put(row_number, slug, there.get(slug), after, _("%(n)s 个成员", n=len(members[name])))
    return plan


def _finder(phones: Mapping[str, State], groups: Mapping[str, str]) -> Callable[[str], str]:
    """From what stands in a file to a member's id: a number, a phone's name or a group's; "" for nobody."""
    numbers = {state["number"]: slug for slug, state in phones.items()}
    names = {state["name"]: slug for slug, state in phones.items()}

    def find(typed: str) -> str:
        inner = f"{GROUP}{groups[typed]}" if typed in groups else ""
        return numbers.get(normalise(typed)) or names.get(typed) or inner

    return find


def _whole(plan: Plan, row: int, column: str, typed: str, limits: tuple[int, int], usual: int) -> int:
    low, high = limits
    if not typed:
        return usual
    if typed.isascii() and typed.isdecimal() and len(typed) < 6 and low <= int(typed) <= high:
        return int(typed)
    plan.wrong(row, column, _("应是 %(low)s 到 %(high)s 的整数", low=low, high=high))
    return usual


def _free_slugs(base: str, taken: Iterable[str]) -> Iterator[str]:
    taken = set(taken)
    return (slug for n in count(1) if (slug := base if n == 1 else f"{base}{n}") not in taken)
