// The picture of the menu editor: what is done in it goes the same way as in the outline, so that it can be undone.
"use strict";

(() => {
  const page = document.getElementById("editor-page");
  const root = document.getElementById("picture");
  const picture = Picture.all.get(root);
  const editor = document.getElementById("editor");
  const chooser = document.getElementById("picture-chooser");
  const base = root.dataset.edit || root.dataset.look;
  const isWide = matchMedia("(min-width: 821px)");
  const REMEMBERED = "hotline400-view";
  let chosen = "";
  let before = new Set();

  const card = (id) => document.getElementById(`step-${id}`);
  const step = (id) => picture.boxes.get(id)?.shape === "step";
  const path = (...parts) => `${base}/nodes/${parts.map(encodeURIComponent).join("/")}`;

  function send(url, values) {
    before = new Set(picture.boxes.keys());
    return htmx.ajax("POST", url, { source: editor, target: editor, swap: "innerHTML", values });
  }

  const ask = (url) => htmx.ajax("GET", url, { source: editor, target: "#sheet", swap: "innerHTML" });

  // The views. With the picture alone the server sends only the cards that are open, the others are stubs.

  function show(view) {
    const isBare = view !== "picture" && editor.querySelector("[data-stub]");
    page.dataset.view = document.getElementById("live-view").value = view;
    page.querySelectorAll("[data-show]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.show === view)));
    const address = new URL(location.href);
    address.searchParams.set("view", view);
    history.replaceState(null, "", address);
    localStorage.setItem(REMEMBERED, view);
    if (isBare) return location.reload();
    picture.resize();
    if (view === "outline") return;
    const opened = [...editor.querySelectorAll(".is-open-mark")].at(-1)?.value;
    if (!chosen && opened) select(opened);
  }

  // The step whose settings stand beside the picture

  function select(id) {
    const last = chosen;
    chosen = id;
    mark();
    if (last && last !== id && page.dataset.view === "picture") card(last)?.querySelector(".step-actions [aria-expanded=true]")?.click();
    if (isStub(id)) fetchCard(id);
    else card(id)?.querySelector(".step-actions [aria-expanded=false]")?.click();
    if (!isWide.matches) card(id)?.scrollIntoView({ block: "nearest" });
  }

  const isStub = (id) => card(id)?.hasAttribute("data-stub");
  const fetchCard = (id) => htmx.ajax("GET", `${path(id)}?open=${encodeURIComponent(id)}`, { source: card(id), target: card(id), swap: "outerHTML" });

  function mark() {
    if (!card(chosen)) chosen = "";
    editor.querySelectorAll(".step.is-chosen").forEach((other) => other.classList.remove("is-chosen"));
    card(chosen)?.classList.add("is-chosen");
    page.classList.toggle("has-chosen", chosen !== "");
    picture.choose(chosen);
  }

  function redraw() {
    const data = JSON.parse(document.getElementById("picture-data").textContent);
    const added = before.size && data.boxes.find((box) => box.shape === "step" && !before.has(box.id));
    before = new Set();
    if (JSON.stringify(data) !== JSON.stringify(picture.data)) picture.draw(data);
    if (added) {
      chosen = added.id;
      if (picture.places) picture.reveal(added.id);
    }
    mark();
  }

  document.addEventListener("htmx:afterSettle", (event) => {
    makeDraggable();
    if (event.detail.target === editor) redraw();
    else if (event.target.classList?.contains("step")) mark();
  });
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target.id === "picture-data") redraw();
  });

  root.addEventListener("picture:open", ({ detail: box }) => {
    const id = picture.stepOf(box);
    if (id) select(id);
  });
  root.addEventListener("picture:line", ({ detail: line }) => {
    if (line.name && picture.isEdited) ask(path(line.from, "exits", line.name));
  });
  root.addEventListener("picture:delete", ({ detail: box }) => {
    if (step(box.id) && picture.isEdited) ask(path(box.id, "remove"));
  });
  document.addEventListener("click", (event) => {
    const view = event.target.closest("[data-show]");
    if (view) show(view.dataset.show);
    const link = event.target.closest("[data-jump]");
    const jump = link?.dataset.jump;
    if (!jump || page.dataset.view === "outline" || !step(jump)) return;
    if (isStub(jump)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      fetchCard(jump).then(() => link.click());
      return;
    }
    chosen = jump; // before the editor scrolls there and unfolds it
    mark();
    picture.walkTo(jump);
  }, true);

  // Drawing a line from an exit to a step

  picture.flow.on("anchor:drop", ({ edgeModel }) => {
    const { sourceNodeId: from, sourceAnchorId, targetNodeId } = edgeModel;
    picture.flow.deleteEdge(edgeModel.id);
    wire(from, sourceAnchorId.slice(from.length + 1), targetNodeId.replace(/^phone:/, ""));
  });

  const wire = (from, name, target) => (name === "?" ? chooseExit(from, (free) => lead(from, free, target)) : lead(from, name, target));
  const lead = (from, name, target) => send(path(from, "exits", name), { target });

  // Which of the exits that lead nowhere yet; asks only when there are several.
  function chooseExit(id, then) {
    const { free } = picture.boxes.get(id);
    if (free.length === 1) return then(free[0].name);
    const list = chooser.querySelector(".picture-choices");
    list.replaceChildren(...free.map((port) => {
      const button = make("button", port.key ? "key is-free" : "btn btn-sm", port.key ? port.name : port.text);
      button.type = "button";
      button.addEventListener("click", () => {
        chooser.close();
        then(port.name);
      });
      return button;
    }));
    chooser.showModal();
  }

  chooser.addEventListener("click", (event) => {
    if (event.target === chooser || event.target.closest("[data-dismiss]")) chooser.close();
  });

  // Dragging a new step from the palette: to an exit, to a step, or anywhere

  const KIND = "text/x-step";

  let isOpen = false; // the palette stays as it was when the editor is drawn anew

  document.addEventListener("toggle", (event) => {
    if (event.target.matches(".add-step") && event.target.isConnected) isOpen = event.target.open;
  }, true);

  function makeDraggable() {
    const palette = editor.querySelector(".add-step");
    if (palette && page.dataset.view !== "outline") palette.open = isOpen;
    editor.querySelectorAll(".step-kind").forEach((kind) => (kind.draggable = picture.isEdited));
  }

  document.addEventListener("dragstart", (event) => {
    if (event.target.classList?.contains("step-kind")) event.dataTransfer.setData(KIND, event.target.value);
  });
  picture.canvas.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes(KIND)) return;
    event.preventDefault();
    aim(event.target.closest(".box.is-step"));
  });
  picture.canvas.addEventListener("dragleave", () => aim(null));
  picture.canvas.addEventListener("drop", (event) => {
    const kind = event.dataTransfer.getData(KIND);
    if (!kind) return;
    event.preventDefault();
    aim(null);
    const box = event.target.closest(".box.is-step")?.dataset.box;
    const exit = event.target.closest("[data-exit]")?.dataset.exit;
    if (box && exit) lead(box, exit, `new:${kind}`);
    else if (box && picture.boxes.get(box).free.length) chooseExit(box, (free) => lead(box, free, `new:${kind}`));
    else send(`${base}/nodes`, { kind });
  });

  function aim(box) {
    root.querySelectorAll(".is-aimed").forEach((old) => old.classList.remove("is-aimed"));
    box?.classList.add("is-aimed");
  }

  makeDraggable();
  page.querySelector(".view-switch").hidden = false;
  const asked = new URL(location.href).searchParams.get("view") || localStorage.getItem(REMEMBERED) || "outline";
  show(["outline", "picture", "both"].includes(asked) ? asked : "outline");
})();
