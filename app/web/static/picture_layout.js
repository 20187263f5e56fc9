// Where the boxes of a flow stand and how the lines run between them: by dagre, left to right or top to down.
"use strict";

const pictureLayout = (() => {
  const WIDTH = 224;
  const HEAD = 50; // icon, title, what it does
  const SAYS = 22;
  const ROW = 26; // an exit or a phone
  const CHIPS = 34; // the exits below a box that stands above what it leads to
  const FOOT = 6;
  const PHONES = 6; // shown of one box
  const ROUND = 34; // how far a line goes on in its direction before it bends

  const isPhone = (box) => box.id.startsWith("phone:"); // one phone, which needs no list
  const ports = (box, isEdited) => [...box.used, ...(isEdited && box.free.length ? [null] : [])];

  const chipWidth = (port) => {
    if (!port || port.key) return 30;
    const wide = [...port.text].reduce((sum, c) => sum + (c.charCodeAt(0) > 255 ? 12 : 6.5), 18);
    return Math.min(96, Math.max(30, Math.ceil(wide)));
  };

  // Its size, and for each port where its line begins, measured from the middle of the box.
  function measure(box, { isDown, isEdited }) {
    const own = ports(box, isEdited);
    const phones = isPhone(box) ? 0 : Math.min(box.phones.length, PHONES + 1);
    const body = HEAD + (box.says ? SAYS : 0) + phones * ROW + (phones ? FOOT : 0);
    const chips = own.map(chipWidth);
    const width = isDown ? Math.max(WIDTH, chips.reduce((sum, w) => sum + w + 4, 12)) : WIDTH;
    const height = body + (isDown ? (own.length ? CHIPS : 0) : own.length * ROW + (own.length ? FOOT : 0));
    let x = -width / 2 + 8;
    const starts = own.map((port, i) => {
      const at = isDown
        ? { x: x + chips[i] / 2, y: height / 2 }
        : { x: width / 2, y: -height / 2 + body + i * ROW + ROW / 2 };
      x += chips[i] + 4;
      return { name: port ? port.name : null, ...at };
    });
    return { width, height, chips, starts };
  }

  function edgesOf(boxes) {
    const known = new Set(boxes.map((box) => box.id));
    return boxes.flatMap((box) => [
      ...box.used.filter((port) => known.has(port.to)).map((port) => ({ from: box.id, name: port.name, to: port.to })),
      ...(known.has(box.rings) ? [{ from: box.id, name: "", to: box.rings }] : []),
    ]);
  }

  // {places: {id: {x, y, width, height, chips, starts}}, lines: [{id, from, name, to, start, end, path}]}
  function layout(boxes, options) {
    const { isDown } = options;
    const graph = new dagre.graphlib.Graph({ multigraph: true });
    graph.setGraph({ rankdir: isDown ? "TB" : "LR", nodesep: isDown ? 28 : 18, ranksep: isDown ? 56 : 72, ranker: options.ranker || "tight-tree" });
    const sizes = new Map(boxes.map((box) => [box.id, measure(box, options)]));
    sizes.forEach(({ width, height }, id) => graph.setNode(id, { width, height }));
    const edges = edgesOf(boxes);
    edges.forEach((edge) => graph.setEdge(edge.from, edge.to, {}, edge.name || " "));
    dagre.layout(graph);
    const places = Object.fromEntries(boxes.map(({ id }) => {
      const { x, y } = graph.node(id);
      return [id, { ...sizes.get(id), x, y }];
    }));
    const lines = edges.map((edge) => {
      const { points } = graph.edge(edge.from, edge.to, edge.name || " ");
      const inner = points.slice(1, -1).filter((_, i) => i % 2 === 1); // those within a rank of boxes
      return { id: `${edge.from}/${edge.name}`, ...edge, ...run(edge, places, inner, isDown) };
    });
    return { places, lines };
  }

  // A line from its port through the gaps between boxes to the box it leads to.
  function run(edge, places, inner, isDown) {
    const from = places[edge.from];
    const to = places[edge.to];
    const turn = isDown ? ({ x, y }) => ({ x: y, y: x }) : (point) => point; // as if all ran to the right
    const port = from.starts.find((start) => start.name === edge.name);
    const start = turn(port && edge.name
      ? { x: from.x + port.x, y: from.y + port.y }
      : isDown ? { x: from.x, y: from.y + from.height / 2 } : { x: from.x + from.width / 2, y: from.y - from.height / 2 + HEAD / 2 });
    const [a, b] = isDown ? [to.height / 2, 0] : [to.width / 2, to.height / 2 - HEAD / 2];
    const middle = turn(to);
    const isBack = middle.x <= turn(from).x;
    const points = inner.map(turn);
    const end = isBack ? { x: middle.x, y: middle.y + (isDown ? to.width : to.height) / 2 } : { x: middle.x - a, y: middle.y - b };
    const half = (isDown ? 40 : WIDTH / 2) * (isBack ? -1 : 1);
    let path = move(turn(start));
    let at = start;
    points.forEach((point, i) => {
      path += curve(turn, at, { x: point.x - half, y: point.y }, i === 0 ? 1 : Math.sign(half), Math.sign(half));
      at = { x: point.x + half, y: point.y };
      path += line(turn(at));
    });
    if (isBack) path += ` C ${xy(turn({ x: at.x + (points.length ? -ROUND : ROUND), y: at.y + (points.length ? 0 : ROUND) }))} ${xy(turn({ x: end.x, y: end.y + ROUND * 2 }))} ${xy(turn(end))}`;
    else path += curve(turn, at, end, 1, 1);
    return { path, isBack, start: turn(start), end: turn(end), heading: isBack ? (isDown ? "left" : "up") : isDown ? "down" : "right" };
  }

  const xy = ({ x, y }) => `${Math.round(x)} ${Math.round(y)}`;
  const move = (point) => `M ${xy(point)}`;
  const line = (point) => ` L ${xy(point)}`;

  function curve(turn, from, to, out, into) {
    const far = Math.max(ROUND, Math.abs(to.x - from.x) / 2);
    return ` C ${xy(turn({ x: from.x + far * out, y: from.y }))} ${xy(turn({ x: to.x - far * into, y: to.y }))} ${xy(turn(to))}`;
  }

  return { layout, ports, isPhone, PHONES };
})();
