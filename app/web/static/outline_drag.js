// Dragging in the outline: steps among those beside them, what an exit leads to onto another exit, phones in a row.
"use strict";

(() => {
  const editor = document.getElementById("editor");
  if (!editor) return;
  const SORTING = { animation: 120, forceFallback: true, fallbackTolerance: 4 }; // alike for mouse and finger
  const base = location.pathname.replace(/\/$/, "");
  const send = (path, values) => htmx.ajax("POST", base + path, { source: editor, target: editor, swap: "innerHTML", values });
  const siblingsOf = (step) => step.dataset.siblings.split(" ");

  function arrange(step) {
    const siblings = siblingsOf(step);
    const below = [...editor.querySelectorAll(".step")].slice([...editor.querySelectorAll(".step")].indexOf(step) + 1);
    const before = below.find((other) => other !== step && siblings.includes(other.dataset.step));
    send(`/nodes/${step.dataset.step}/arrange`, { before: before ? before.dataset.step : "" });
  }

  function sortables() {
    const outline = editor.querySelector(".outline");
    if (outline && !Sortable.get(outline)) {
      Sortable.create(outline, { ...SORTING, handle: "[data-grip]", draggable: ".step", onEnd: (drag) => drag.oldIndex !== drag.newIndex && arrange(drag.item) });
    }
    editor.querySelectorAll("[data-sortable]").forEach((row) => {
      if (!Sortable.get(row)) Sortable.create(row, { ...SORTING, onEnd: () => changed(row) });
    });
  }

  const changed = (row) => row.querySelector("input").dispatchEvent(new Event("change", { bubbles: true }));

  // Alt and the arrows do the same for phones.
  editor.addEventListener("keydown", (event) => {
    const pill = event.altKey && event.target.closest("[data-sortable] .pill");
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!pill || !step) return;
    event.preventDefault();
    const other = step < 0 ? pill.previousElementSibling : pill.nextElementSibling;
    if (!other) return;
    if (step < 0) other.before(pill);
    else other.after(pill);
    event.target.focus();
    changed(pill.parentElement);
  });

  // An exit's target is carried to another exit: there it changes places with what it finds.
  let carried = null;

  editor.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-drag]");
    if (!grip || event.button) return;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    const row = grip.closest("[data-slot]");
    carried = { row, ghost: null, over: null, id: event.pointerId };
  });
  editor.addEventListener("pointermove", (event) => {
    if (!carried || event.pointerId !== carried.id) return;
    carried.ghost ||= ghostOf(carried.row);
    carried.ghost.attributeStyleMap.set("transform", `translate(${event.clientX + 12}px, ${event.clientY + 8}px)`);
    const found = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-slot]");
    const over = found && found !== carried.row ? found : null;
    if (over !== carried.over) {
      carried.over?.classList.remove("is-target");
      over?.classList.add("is-target");
      carried.over = over;
    }
  });
  ["pointerup", "pointercancel"].forEach((name) => editor.addEventListener(name, (event) => {
    if (!carried || event.pointerId !== carried.id) return;
    const { row, ghost, over } = carried;
    carried = null;
    ghost?.remove();
    over?.classList.remove("is-target");
    if (!over || name === "pointercancel") return;
    const [from_node, from_exit] = row.dataset.slot.split(":");
    const [node, exit] = over.dataset.slot.split(":");
    send("/slots/swap", { from_node, from_exit, node, exit });
  }));
  editor.addEventListener("click", (event) => event.target.closest("[data-drag]") && event.preventDefault(), true);
  editor.addEventListener("dragstart", (event) => event.target.closest("[data-slot]") && event.preventDefault());

  function ghostOf(row) {
    const ghost = document.createElement("div");
    ghost.className = "exit-ghost";
    ghost.textContent = row.querySelector(".exit-target").innerText;
    document.body.append(ghost);
    return ghost;
  }

  document.addEventListener("htmx:afterSettle", sortables);
  sortables();
})();
