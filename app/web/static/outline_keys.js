// The outline by keyboard: arrows between steps, letters for what can be done, "?" for all of them, "/" to search.
"use strict";

(() => {
  const editor = document.getElementById("editor");
  const search = document.getElementById("flow-search");
  if (!editor || !search) return;
  const found = document.getElementById("flow-found");
  const base = location.pathname.replace(/\/$/, "");
  const MOST = 20;
  let copied = "";

  const steps = () => [...editor.querySelectorAll(".step")];
  const here = () => document.activeElement?.closest?.(".step");
  const cardOf = (id) => document.getElementById(`step-${id}`);

  function reach(step) {
    if (!step) return;
    steps().forEach((other) => (other.tabIndex = other === step ? 0 : -1));
    step.focus({ preventScroll: true });
    step.scrollIntoView({ block: "nearest" });
  }

  function walk(way) {
    const all = steps();
    reach(all[Math.min(Math.max(all.indexOf(here()) + way, 0), all.length - 1)]);
  }

  function arrange(step, way) {
    const siblings = step.dataset.siblings.split(" ");
    const place = siblings.indexOf(step.dataset.step) + way;
    if (place < 0 || place >= siblings.length) return;
    const rest = siblings.filter((id) => id !== step.dataset.step);
    send(`/nodes/${step.dataset.step}/arrange`, { before: rest[place] || "" });
  }

  function send(path, values) {
    htmx.ajax("POST", base + path, { source: editor, target: editor, swap: "innerHTML", values });
  }

  const open = (step) => step.querySelector(".step-actions [aria-expanded]").click();
  const press = (step, selector) => step.querySelector(selector)?.click();
  const mayEdit = () => Boolean(document.getElementById("undo"));

  function act(step, key) {
    if (key === "Enter") open(step);
    else if (!mayEdit()) return false;
    else if (key === "d") send(`/nodes/${step.dataset.step}/duplicate`, {});
    else if (key === "m") press(step, ".menu-sheet a[href$='/place']");
    else if (key === "b") press(step, ".menu-sheet a[href*='how=copy']");
    else if (key === "Delete") press(step, "[data-remove]");
    else return false;
    return true;
  }

  function clipboard(event) {
    if (!mayEdit() || String(getSelection())) return false;
    const slot = document.activeElement?.closest?.("[data-slot]");
    if (event.key === "c" && here()) copied = here().dataset.step;
    else if (event.key === "v" && slot && copied) {
      const [node, exit] = slot.dataset.slot.split(":");
      send(`/nodes/${node}/exits/${encodeURIComponent(exit)}`, { target: `copy:${copied}` });
    } else return false;
    return true;
  }

  document.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === "k") {
      event.preventDefault();
      return search.focus();
    }
    if (event.defaultPrevented || event.target.closest("input, textarea, select, dialog, .picture")) return;
    if (command) return void (clipboard(event) && event.preventDefault());
    const step = here();
    const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    let done = true;
    if (event.key === "/") search.focus();
    else if (event.key === "?") help();
    else if (arrow && event.altKey && step) arrange(step, arrow);
    else if (arrow && !event.altKey && (step || event.target === document.body)) walk(arrow);
    else if (event.target === step) done = act(step, event.key);
    else if (event.key === "Escape" && step) reach(step);
    else done = false;
    if (done) event.preventDefault();
  });

  function help() {
    const sheet = document.getElementById("sheet");
    sheet.replaceChildren(document.getElementById("keys-help").content.cloneNode(true));
    sheet.showModal();
  }
  document.querySelector("[data-help]")?.addEventListener("click", help);

  // The search: every word typed has to be in a step's names, prompts or phones.

  function look() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const digits = search.value.replace(/[\s-]/g, "");
    const number = /^\d{3,}$/.test(digits);
    const hits = words.length ? steps().filter((step) => words.every((word) => step.dataset.foundBy.includes(word)) || (number && step.dataset.foundBy.includes(digits))) : [];
    found.replaceChildren(...hits.slice(0, MOST).map(hitOf));
    found.hidden = !words.length;
    search.setAttribute("aria-expanded", String(words.length > 0));
    const say = document.getElementById("flow-found-count");
    say.textContent = words.length ? (hits.length ? say.dataset.some.replace("@", hits.length) : say.dataset.none) : "";
    choose(found.firstElementChild);
  }

  function hitOf(step, place) {
    const hit = document.createElement("li");
    hit.id = `found-${place}`;
    hit.role = "option";
    hit.dataset.step = step.dataset.step;
    const name = document.createElement("b");
    name.textContent = step.querySelector("h3").textContent;
    const more = document.createElement("small");
    more.textContent = step.querySelector(".step-says span")?.textContent || step.querySelector(".step-title small").textContent.trim().replace(/\s+/g, " ");
    hit.append(name, more);
    return hit;
  }

  function choose(hit) {
    found.querySelectorAll("[aria-selected]").forEach((other) => other.removeAttribute("aria-selected"));
    hit?.setAttribute("aria-selected", "true");
    hit?.scrollIntoView({ block: "nearest" });
    search.setAttribute("aria-activedescendant", hit ? hit.id : "");
  }

  function go(hit) {
    if (!hit) return;
    const step = cardOf(hit.dataset.step);
    close();
    reach(step);
    show(step); // editor.js
  }

  function close() {
    search.value = "";
    look();
  }

  search.addEventListener("input", look);
  search.addEventListener("blur", () => setTimeout(() => (found.hidden = true), 200));
  search.addEventListener("focus", look);
  found.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    go(event.target.closest("li"));
  });
  search.addEventListener("keydown", (event) => {
    const chosen = found.querySelector("[aria-selected]");
    if (event.key === "Enter") go(chosen);
    else if (event.key === "ArrowDown") choose(chosen?.nextElementSibling || chosen);
    else if (event.key === "ArrowUp") choose(chosen?.previousElementSibling || chosen);
    else if (event.key === "Escape") {
      close();
      search.blur();
    } else return;
    event.preventDefault();
  });

  // After a change the step that it was made in keeps the focus, and a new one is shown.
  document.body.addEventListener("step-shown", (event) => {
    const step = cardOf(event.detail.step);
    if (!step) return;
    if (document.activeElement === document.body) reach(step);
    else step.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!editor.querySelector(".step[tabindex='0']")) steps()[0]?.setAttribute("tabindex", "0");
  });
  steps()[0]?.setAttribute("tabindex", "0");
})();
