"""The flow's rules in whole calls over real sockets: what a node asks for is what the switch is told."""

from __future__ import annotations

from app.simulator.phones import PhoneBehaviour
from tests.telephony.bench import Bench, legs

END = {"kind": "hangup"}


def ways(cdr: dict[str, object]) -> list[str]:
    return [f"{step['node']} {step['exit']}" for step in cdr["trail"]]  # type: ignore[attr-defined]


def test_an_extension_is_dialled_within_the_menu(bench: Bench) -> None:
    bench.flow(a={"kind": "menu", "prompt": "welcome", "extensions": True, "exits": {"1": "b"}}, b=END)
    cdr = bench.call("802")
    assert (cdr["answered_by"], cdr["keys"]) == ("sales1", "802")


def test_a_busy_extension_leads_back_to_the_menu(bench: Bench) -> None:
    bench.phones.set("13900000001", PhoneBehaviour.read("busy"))
    bench.flow(a={"kind": "menu", "prompt": "welcome", "extensions": True, "exits": {"1": "b"}}, b=END)
    cdr = bench.call("801, press 1")
    assert legs(cdr) == [("desk", "busy")]
    assert ways(cdr) == ["a 1", "b end"]


def test_back_through_a_shared_menu(bench: Bench) -> None:
    bench.flow(
        a={"kind": "menu", "prompt": "welcome", "exits": {"1": "b", "2": "c"}},
        b={"kind": "subflow", "flow": "service"},
        c=END,
    )
    cdr = bench.call("1, press *, press 2")
    assert ways(cdr) == ["a 1", "b back", "service.ask back", "a 2", "c end"]


def test_a_shared_menu_rings_its_phones(bench: Bench) -> None:
    bench.flow(b={"kind": "subflow", "flow": "service"})
    cdr = bench.call("1")
    assert (cdr["answered_by"], ways(cdr)[-1]) == ("care1", "service.care answered")


def test_an_announcement_says_the_time(bench: Bench) -> None:
    bench.flow(a={"kind": "announce", "say": "time", "value": "{now}", "exits": {"done": "b"}}, b=END)
    cdr = bench.call("")
    assert cdr["trail"][0]["problem"] == ""
    assert cdr["trail"][0]["end_ms"] > cdr["trail"][0]["at_ms"]


def test_a_password_is_in_no_record(bench: Bench) -> None:
    bench.flow(
        a={"kind": "password", "prompt": "password", "password": "2468", "exits": {"right": "b"}},
        b={"kind": "hunt", "group": "sales"},
    )
    cdr = bench.call("2468#")
    assert cdr["answered_by"] == "desk"
    assert "2468" not in str(cdr)


def test_each_member_rings_for_its_own_time(bench: Bench) -> None:
    for number in ("13900000001", "13900000002"):
        bench.phones.set(number, PhoneBehaviour.read("no answer"))
    bench.flow(a={"kind": "hunt", "group": "shares", "rings": 3})
    rung = {leg["phone"]: round(leg["ring_ms"], -3) for leg in bench.call("")["legs"]}
    assert rung == {"desk": 15000, "sales1": 10000}
