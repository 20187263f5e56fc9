// A flow as a picture: boxes and lines that can be moved, magnified, walked by keyboard, lit and clicked.
// The data is {boxes, icons} of app/web/flows/picture.py. The outline beside it is the same in words.
"use strict";

const NARROW_PX = 560; // below, the picture runs from top to down
const SIZES = [0.12, 1.6];
const READABLE = 0.85; // a picture is not made smaller than this to fit, unless somebody asks
const MARGIN = 24;
const CLICK_PX = 5; // moved further, it was no click
const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

function make(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  if (text) element.textContent = text;
  return element;
}

class Picture {
  constructor(root) {
    this.root = root;
    this.canvas = root.querySelector(".picture-canvas");
    this.isEdited = "edit" in root.dataset;
    this.words = root.dataset;
    this.boxes = new Map();
    this.elements = new Map(); // of boxes by id
    this.paths = new Map(); // of lines by id
    this.marks = new Map(); // class names of boxes and lines that are lit
    this.here = "";
    this.flow = new Core.LogicFlow({
      container: this.canvas, grid: false, background: false, history: false, outline: false, snapline: false,
      adjustEdge: false, adjustNodePosition: false, textEdit: false, textMode: "none",
      isSilentMode: !this.isEdited, stopScrollGraph: true, stopZoomGraph: true, edgeType: "way",
    });
    this.flow.graphModel.editConfigModel.updateEditConfig({ stopZoomGraph: false });
    this.flow.register(boxOf(this));
    this.flow.register(lineOf(this));
    this.flow.on("edge:click", ({ data }) => this.tell("line", this.lines.get(data.id)));
    this.canvas.addEventListener("pointerdown", ({ clientX, clientY }) => (this.pressed = { x: clientX, y: clientY }), true);
    this.canvas.addEventListener("click", (event) => this.onClick(event), true);
    this.canvas.addEventListener("keydown", (event) => this.onKey(event));
    this.canvas.addEventListener("focusin", (event) => this.onFocus(event));
    root.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", () => this.zoom(button.dataset.zoom)));
    new ResizeObserver(() => this.resize()).observe(this.canvas);
    Picture.all.set(root, this);
  }

  static all = new Map();

  tell(what, detail) {
    this.root.dispatchEvent(new CustomEvent(`picture:${what}`, { detail, bubbles: true }));
  }

  // Lay out and draw; a picture that was there before stays where it is.
  draw(data) {
    this.data = data;
    if (!this.canvas.clientWidth) return; // hidden: drawn when it is shown
    const isFirst = !this.drawn;
    const focused = this.canvas.contains(document.activeElement) && this.here;
    this.isDown = this.canvas.clientWidth < NARROW_PX;
    this.boxes = new Map(data.boxes.map((box) => [box.id, box]));
    const { places, lines } = pictureLayout.layout(data.boxes, this);
    this.places = places;
    this.lines = new Map(lines.map((line) => [line.id, line]));
    if (!this.boxes.has(this.here)) this.here = data.boxes[0]?.id || "";
    this.flow.renderRawData({
      nodes: data.boxes.map((box) => {
        const { x, y, width, height } = places[box.id];
        return { id: box.id, type: "box", x, y, properties: { width, height, text: JSON.stringify(box) } };
      }),
      edges: lines.map((line) => ({
        id: line.id, type: "way", sourceNodeId: line.from, targetNodeId: line.to,
        startPoint: line.start, endPoint: line.end, properties: { path: line.path },
      })),
    });
    this.drawn = data;
    if (isFirst || this.wasDown !== this.isDown) this.begin();
    this.wasDown = this.isDown;
    if (focused) this.elements.get(this.here)?.focus({ preventScroll: true });
    this.tell("drawn", data);
  }

  resize() {
    const { clientWidth, clientHeight } = this.canvas;
    if (!clientWidth || !this.data) return;
    this.flow.resize(clientWidth, clientHeight);
    if (this.drawn !== this.data || this.isDown !== clientWidth < NARROW_PX) this.draw(this.data);
  }

  // Where everything lies: {left, top, width, height}.
  extent() {
    const all = Object.values(this.places);
    const left = Math.min(...all.map((place) => place.x - place.width / 2));
    const top = Math.min(...all.map((place) => place.y - place.height / 2));
    const width = Math.max(...all.map((place) => place.x + place.width / 2)) - left;
    const height = Math.max(...all.map((place) => place.y + place.height / 2)) - top;
    return { left, top, width, height };
  }

  // All of it if it can be read then, else its beginning.
  begin() {
    if (!this.boxes.size) return;
    const scale = Math.min(1, Math.max(READABLE, this.fitting()));
    const { left, top, width, height } = this.extent();
    const { clientWidth, clientHeight } = this.canvas;
    const first = this.places[this.data.boxes[0].id];
    const fits = scale <= this.fitting();
    if (fits) return this.see(left + width / 2, top + height / 2, scale);
    const x = this.isDown ? first.x : Math.max(left + clientWidth / 2 / scale - MARGIN, Math.min(first.x, left + width / 2));
    const [upper, lower] = [top + clientHeight / 2 / scale - MARGIN, top + height - clientHeight / 2 / scale + MARGIN];
    const y = this.isDown ? upper : lower < upper ? top + height / 2 : Math.min(lower, Math.max(upper, first.y));
    this.see(x, y, scale);
  }

  fitting() {
    const { width, height } = this.extent();
    return Math.min((this.canvas.clientWidth - MARGIN * 2) / width, (this.canvas.clientHeight - MARGIN * 2) / height);
  }

  fit() {
    const { left, top, width, height } = this.extent();
    this.see(left + width / 2, top + height / 2, Math.min(1, Math.max(SIZES[0], this.fitting())));
  }

  // Put a point of the picture into the middle.
  see(x, y, scale = this.scale()) {
    const { clientWidth, clientHeight } = this.canvas;
    const view = this.flow.graphModel.transformModel;
    view.SCALE_X = view.SCALE_Y = scale;
    view.TRANSLATE_X = clientWidth / 2 - x * scale;
    view.TRANSLATE_Y = clientHeight / 2 - y * scale;
  }

  scale() {
    return this.flow.graphModel.transformModel.SCALE_X;
  }

  zoom(way) {
    if (way === "fit") return this.fit();
    const view = this.flow.graphModel.transformModel;
    const { clientWidth, clientHeight } = this.canvas;
    const x = (clientWidth / 2 - view.TRANSLATE_X) / view.SCALE_X;
    const y = (clientHeight / 2 - view.TRANSLATE_Y) / view.SCALE_Y;
    this.see(x, y, Math.min(SIZES[1], Math.max(SIZES[0], this.scale() * (way === "in" ? 1.25 : 0.8))));
  }

  // Move only as far as is needed to see a box.
  reveal(id) {
    const place = this.places[id];
    const view = this.flow.graphModel.transformModel;
    const near = (at, length, room, moved) => {
      const from = at * view.SCALE_X + moved - (length / 2) * view.SCALE_X - MARGIN;
      const to = from + length * view.SCALE_X + MARGIN * 2;
      return from < 0 ? -from : to > room ? room - to : 0;
    };
    view.translate(
      near(place.x, place.width, this.canvas.clientWidth, view.TRANSLATE_X),
      near(place.y, place.height, this.canvas.clientHeight, view.TRANSLATE_Y),
    );
  }

  // The step behind a box: itself, or the first that rings these phones; "" for none.
  stepOf(box) {
    if (box.shape === "step") return box.id;
    const before = this.data.boxes.find(({ shape, rings, used }) => shape === "step" && (rings === box.id || used.some(({ to }) => to === box.id)));
    return before?.id || "";
  }

  open(id) {
    this.focus(id);
    this.tell("open", this.boxes.get(id));
  }

  focus(id) {
    this.step(id);
    this.elements.get(id)?.focus({ preventScroll: true });
  }

  // One box at a time is in the order of the Tab key.
  step(id) {
    const before = this.elements.get(this.here);
    if (before) before.tabIndex = -1;
    this.here = id;
    const now = this.elements.get(id);
    if (now) now.tabIndex = 0;
  }

  choose(id) {
    this.root.querySelectorAll(".box.is-chosen").forEach((box) => box.classList.remove("is-chosen"));
    this.chosen = id;
    this.elements.get(id)?.classList.add("is-chosen");
    if (this.isEdited && this.elements.has(id)) this.flow.graphModel.selectNodeById(id); // shows its grips, for fingers too
  }

  // The library would give the focus to its own element and scroll the page there.
  onClick(event) {
    const id = event.target.closest("[data-box]")?.dataset.box;
    if (!id) return;
    event.stopPropagation();
    const moved = Math.hypot(event.clientX - this.pressed.x, event.clientY - this.pressed.y);
    if (moved < CLICK_PX) this.open(id);
  }

  onFocus(event) {
    const id = event.target.dataset?.box;
    if (!id) return;
    this.step(id);
    this.canvas.scrollTo(0, 0); // browsers scroll what holds the focus, though it is moved otherwise
  }

  onKey(event) {
    const id = event.target.dataset?.box;
    if (!id || event.ctrlKey || event.metaKey || event.altKey) return;
    const ends = { Home: this.data.boxes[0].id, End: this.data.boxes.at(-1).id };
    if (event.key in ARROWS) this.walk(id, ARROWS[event.key]);
    else if (event.key in ends) this.walkTo(ends[event.key]);
    else if (event.key === "Enter" || event.key === " ") this.open(id);
    else if (event.key === "Delete") this.tell("delete", this.boxes.get(id));
    else if (event.key === "+" || event.key === "=") this.zoom("in");
    else if (event.key === "-") this.zoom("out");
    else return;
    event.preventDefault();
  }

  // To the nearest box in that direction; what is aside counts double.
  walk(id, [dx, dy]) {
    const from = this.places[id];
    let best = null;
    for (const [other, place] of Object.entries(this.places)) {
      const along = (place.x - from.x) * dx + (place.y - from.y) * dy;
      const aside = Math.abs((place.x - from.x) * dy) + Math.abs((place.y - from.y) * dx);
      if (along > 1 && along > aside / 4 && (!best || along + aside * 2 < best.far)) best = { other, far: along + aside * 2 };
    }
    if (best) this.walkTo(best.other);
  }

  walkTo(id) {
    this.focus(id);
    this.reveal(id);
  }

  // Class names on boxes and lines, by id; those that were there before go. "" of a line is the one without a choice.
  light(marks) {
    for (const id of this.marks.keys()) this.wear(id, "");
    this.marks = new Map(Object.entries(marks));
    for (const [id, names] of this.marks) this.wear(id, names);
    this.root.classList.toggle("is-lit", this.marks.size > 0);
  }

  wear(id, names) {
    const element = this.elements.get(id) || this.paths.get(id);
    if (!element) return;
    element.classList.remove("is-passed", "is-here");
    element.classList.add(...names.split(" ").filter(Boolean));
  }
}

document.querySelectorAll("[data-picture]").forEach((root) => {
  const picture = new Picture(root);
  picture.draw(JSON.parse(document.getElementById("picture-data").textContent));
  root.classList.add("is-drawn");
});
