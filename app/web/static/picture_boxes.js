// The boxes and lines of a picture as the diagram library wants them.
"use strict";

function boxOf(picture) {
  class View extends Core.HtmlNode {
    setHtml(root) {
      const { model } = this.props;
      const box = picture.boxes.get(model.id);
      if (!box) return;
      const element = boxElement(picture, box);
      root.replaceChildren(element);
      picture.elements.set(box.id, element);
      picture.wear(box.id, picture.marks.get(box.id) || "");
      picture.tell("box", { box, element });
    }

    getAnchorShape({ x, y, type }) {
      return type === "in" ? Core.h("g", {}) : Core.h("g", { className: "port-grip" },
        Core.h("circle", { cx: x, cy: y, r: 14, className: "port-reach" }), Core.h("circle", { cx: x, cy: y, r: 5.5, className: "port-dot" }));
    }
  }

  class Model extends Core.HtmlNodeModel {
    setAttributes() {
      this.width = this.properties.width;
      this.height = this.properties.height;
      this.targetRules = [{ message: "", validate: (from, to) => picture.boxes.get(to.id).shape === "step" || to.id.startsWith("phone:") }];
    }

    getDefaultAnchor() {
      const { starts } = picture.places[this.id];
      const out = starts.map((start) => ({ x: this.x + start.x, y: this.y + start.y, id: `${this.id}/${start.name ?? "?"}`, type: "out" }));
      return [{ x: this.x - this.width / 2, y: this.y, id: `${this.id}<`, type: "in", edgeAddable: false }, ...out];
    }

    getNodeStyle() {
      return { fill: "none", stroke: "none" };
    }

    getAnchorLineStyle() {
      return { className: "line-drawn", stroke: "currentColor", strokeWidth: 2 };
    }
  }
  return { type: "box", view: View, model: Model };
}

function lineOf(picture) {
  class View extends Core.LineEdge {
    getEdge() {
      const { model } = this.props;
      const line = picture.lines.get(model.id);
      if (!line) return null;
      const keep = (element) => {
        if (!element) return;
        picture.paths.set(model.id, element);
        picture.wear(model.id, picture.marks.get(model.id) || "");
      };
      return Core.h("g", { className: `way-line is-to-${line.heading}${line.isBack ? " is-back" : ""}`, ref: keep },
        Core.h("path", { d: line.path }),
        Core.h("path", { className: "way-head", d: HEADS[line.heading], transform: `translate(${Math.round(line.end.x)} ${Math.round(line.end.y)})` }));
    }

    getAppendWidth() {
      return Core.h("path", { className: "way-reach", d: this.props.model.properties.path });
    }

    getArrow() {
      return null;
    }
  }
  class Model extends Core.LineEdgeModel {
    initEdgeData(data) {
      super.initEdgeData(data);
      this.isHitable = picture.isEdited;
    }
  }
  return { type: "way", view: View, model: Model };
}

const HEADS = { right: "M -7 -4 L 0 0 L -7 4", down: "M -4 -7 L 0 0 L 4 -7", up: "M -4 7 L 0 0 L 4 7", left: "M 7 -4 L 0 0 L 7 4" };

function boxElement(picture, box) {
  const { isDown, isEdited, data, words } = picture;
  const element = make("div", `box is-${box.shape}${box.start ? " is-start" : ""}${box.mark ? ` has-${box.mark}s` : ""}${picture.chosen === box.id ? " is-chosen" : ""}`);
  element.dataset.box = box.id;
  element.tabIndex = picture.here === box.id ? 0 : -1;
  element.setAttribute("role", "button");
  element.setAttribute("aria-label", described(box, words));
  const head = make("div", "box-head");
  const sign = make("span", "box-icon");
  sign.innerHTML = data.icons[box.icon]; // our own page's markup
  const text = make("span", "box-text");
  text.append(make("b", "", box.title));
  if (box.what) text.append(make("small", "", box.what));
  head.append(sign, text);
  if (box.mark) head.append(make("span", `box-mark is-${box.mark}`, "!"));
  head.append(make("span", "box-state"));
  element.append(head);
  element.title = [box.title, box.what, box.says, ...box.problems].filter(Boolean).join("\n");
  if (box.says) element.append(make("div", "box-says", box.says));
  if (pictureLayout.isPhone(box)) element.dataset.number = box.phones[0].number;
  else if (box.phones.length) element.append(phonesElement(box, words));
  const ports = pictureLayout.ports(box, isEdited);
  if (ports.length) element.append(portsElement(picture, box, ports, isDown));
  return element;
}

function phonesElement(box, words) {
  const list = make("div", "box-phones");
  for (const phone of box.phones.slice(0, pictureLayout.PHONES)) {
    const row = make("div", "box-phone");
    row.dataset.number = phone.number;
    row.append(make("i", "phone-dot"), make("span", "phone-name", phone.name), make("span", "phone-state"));
    list.append(row);
  }
  const unseen = box.phones.length - pictureLayout.PHONES;
  if (unseen > 0) list.append(make("div", "box-phone is-more", words.more.replace("@", unseen)));
  return list;
}

function portsElement(picture, box, ports, isDown) {
  const list = make("div", isDown ? "box-chips" : "box-ports");
  const { chips } = picture.places[box.id];
  ports.forEach((port, i) => {
    const row = make("div", `port${port ? "" : " is-free"}${port && !port.to ? " is-unset" : ""}`);
    if (port) row.append(make(port.key ? "kbd" : "span", port.key ? "key" : "port-text", port.key ? port.name : port.text));
    else if (isDown) row.append(make("span", "port-text", "+"));
    else row.append(make("span", "port-text", picture.words.free));
    if (port) row.dataset.exit = port.name;
    if (isDown) row.style.width = `${chips[i]}px`;
    list.append(row);
  });
  return list;
}

// What a screen reader says: the step, what it does, where it leads, what is wrong.
function described(box, words) {
  const exits = box.used.map((port) => (port.key ? port.name : port.text)).join(words.comma);
  const phones = box.phones.map((phone) => phone.name).join(words.comma);
  return [box.title, box.what, phones, exits && `${words.exits} ${exits}`, ...box.problems].filter(Boolean).join(words.stop);
}
