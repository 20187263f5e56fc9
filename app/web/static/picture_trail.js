// The way of one call in the picture: of a finished one (data-trail), or of the one that is being tried.
"use strict";

(() => {
  const root = document.getElementById("picture");
  const picture = root && Picture.all.get(root);
  if (!picture) return;
  let steps = JSON.parse(root.dataset.trail || "[]");
  let here = "";
  const heard = new Set(); // steps that are known only from what is heard so far

  function light() {
    const marks = {};
    for (const { node, exit, rang } of steps) {
      const box = picture.boxes.get(node);
      if (!box) continue;
      marks[node] = "is-passed";
      const port = box.used.find(({ name }) => name === exit);
      if (port) marks[`${node}/${exit}`] = "is-passed";
      if (port?.to.startsWith("phone:")) marks[port.to] = "is-passed";
      if (rang && box.rings) marks[`${node}/`] = marks[box.rings] = "is-passed";
    }
    for (const node of heard) if (picture.boxes.has(node)) marks[node] = "is-passed";
    if (picture.boxes.has(here)) marks[here] = "is-passed is-here";
    picture.light(marks);
  }

  document.addEventListener("trail:steps", ({ detail }) => {
    steps = detail;
    heard.clear();
    if (!steps.length) here = "";
    light();
  });
  document.addEventListener("trail:here", ({ detail }) => {
    here = detail;
    heard.add(here);
    light();
    if (picture.places?.[here]) picture.reveal(here);
  });
  root.addEventListener("picture:drawn", light);
  root.addEventListener("picture:open", ({ detail: box }) => {
    const step = root.dataset.editor && picture.stepOf(box);
    if (!step) return;
    const address = new URL(root.dataset.editor, location.href);
    address.searchParams.set("open", step);
    location.assign(address);
  });
  light();
})();
