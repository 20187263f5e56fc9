// Days of the year are pointed at with a mouse, by dragging, or with the arrow keys; Shift holds the other end.
"use strict";

{
  const calendar = document.querySelector(".calendar");
  const days = [...calendar.querySelectorAll("[data-day]")];
  const place = new Map(days.map((day, n) => [day, n]));
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, PageUp: -30, PageDown: 30 };
  let from = null;
  let to = null;
  let dragging = false;

  function show() {
    const [first, last] = [place.get(from), place.get(to)].sort((a, b) => a - b);
    days.forEach((day, n) => day.classList.toggle("is-picked", n >= first && n <= last));
  }

  function pick(start, end) {
    from = start;
    to = end;
    show();
  }

  // One stop for the Tab key; the arrows lead on from there.
  function rove(day) {
    days.forEach((other) => (other.tabIndex = other === day ? 0 : -1));
  }

  function ask() {
    const [first, last] = [from, to].sort((a, b) => place.get(a) - place.get(b));
    const address = new URL(calendar.dataset.url, window.location);
    address.searchParams.set("first", first.dataset.day);
    address.searchParams.set("last", last.dataset.day);
    htmx.ajax("GET", address.pathname + address.search, { target: "#picked", swap: "innerHTML" });
  }

  const dayOf = (event) => event.target.closest("[data-day]");

  calendar.addEventListener("pointerdown", (event) => {
    const day = dayOf(event);
    if (!day || event.button !== 0 || event.pointerType === "touch") return;
    dragging = true;
    pick(event.shiftKey && from ? from : day, day);
  });
  calendar.addEventListener("pointerover", (event) => {
    const day = dayOf(event);
    if (dragging && day) pick(from, day);
  });
  document.addEventListener("pointerup", (event) => {
    if (!dragging) return;
    dragging = false;
    rove(to);
    to.focus({ preventScroll: true });
    ask();
  });
  calendar.addEventListener("dragstart", (event) => event.preventDefault());

  // A tap, Enter, or a click of a screen reader; a mouse has asked already.
  calendar.addEventListener("click", (event) => {
    const day = dayOf(event);
    if (!day) return;
    event.preventDefault();
    const touched = event.detail === 0 || event.pointerType === "touch";
    if (!touched) return;
    if (!day.classList.contains("is-picked")) pick(day, day);
    rove(day);
    ask();
  });

  calendar.addEventListener("keydown", (event) => {
    const day = dayOf(event);
    if (!day || !(event.key in STEPS)) return;
    event.preventDefault();
    const next = days[Math.min(Math.max(place.get(day) + STEPS[event.key], 0), days.length - 1)];
    if (event.shiftKey) pick(from && days.includes(from) && to === day ? from : day, next);
    else pick(next, next);
    rove(next);
    next.focus();
  });

  rove(days.find((day) => day.hasAttribute("aria-current")) || days[0]);
}
