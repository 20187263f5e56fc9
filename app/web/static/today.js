// The picture of the day, drawn from the table under it, in the colours of the page.
"use strict";

{
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let chart = null;

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  function read(table) {
    const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
    const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent));
    const column = (n) => rows.map((row) => Number(row[n]));
    return { names, hours: rows.map((row) => row[0].slice(0, 2)), answered: column(1), other: column(2), then: column(3) };
  }

  function option(day) {
    const ink = { color: colour("ink-2"), fontFamily: getComputedStyle(document.body).fontFamily };
    const bar = { type: "bar", stack: "today", barMaxWidth: 34, emphasis: { disabled: true } };
    return {
      animation: !still.matches,
      animationDuration: 300,
      textStyle: ink,
      grid: { left: 4, right: 4, top: 34, bottom: 2, containLabel: true },
      legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 10, textStyle: ink, selectedMode: false },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        backgroundColor: colour("card"),
        borderColor: colour("line-3"),
        textStyle: { color: colour("ink"), fontSize: 13 },
        axisPointer: { type: "shadow", shadowStyle: { color: colour("shade") } },
      },
      xAxis: { type: "category", data: day.hours, axisTick: { show: false }, axisLabel: ink, axisLine: { lineStyle: { color: colour("line-3") } } },
      yAxis: { type: "value", minInterval: 1, axisLabel: ink, splitLine: { lineStyle: { color: colour("line") } } },
      series: [
        { ...bar, name: day.names[1], data: day.answered, color: colour("accent") },
        { ...bar, name: day.names[2], data: day.other, color: colour("missed") },
        { name: day.names[3], type: "line", data: day.then, color: colour("ink-3"), symbol: "circle", symbolSize: 5, lineStyle: { type: "dashed", width: 2 } },
      ],
    };
  }

  function draw() {
    const place = document.querySelector("[data-chart]");
    if (!place || !window.echarts) return;
    place.hidden = false;
    if (!chart || chart.getDom() !== place) {
      chart = echarts.init(place, null, { renderer: "canvas" });
      document.querySelector("[data-chart-text]").open = false;
    }
    chart.setOption(option(read(document.getElementById(place.dataset.chart))));
  }

  // What was unfolded stays unfolded when the part is fetched anew.
  let unfolded = false;
  document.addEventListener("htmx:beforeSwap", () => {
    unfolded = Boolean(chart && document.querySelector("[data-chart-text]")?.open);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "live") return;
    draw();
    const text = document.querySelector("[data-chart-text]");
    if (text && chart) text.open = unfolded;
  });
  document.addEventListener("theme", draw);
  window.addEventListener("resize", () => chart && chart.resize());
  draw();
}
