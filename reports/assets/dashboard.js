// Draws the charts of a dashboard's page and lets its slicers filter charts and cards.
"use strict";
(() => {
  const { charts, cards, locale } = JSON.parse(document.getElementById("page-data").textContent);
  const form = document.querySelector("form.slicers");
  const slicers = form ? [...form.querySelectorAll("[data-slicer]")] : [];
  const views = new Map();

  const plotOf = (name) => document.querySelector(`[data-chart="${name}"]`);

  // The choice of each slicer by its name; null where all are shown.
  const choices = () =>
    Object.fromEntries(slicers.map((slicer) => [slicer.dataset.slicer, slicer.value || null]));

  // Entries of a legend that chooses are buttons. What is chosen is in the data set that Vega keeps
  // for the selection `shown`.
  function markButtons(plot, view) {
    const chosen = view.data("shown_store").flatMap((one) => one.values.map(String));
    plot.querySelector(".role-legend").setAttribute("role", "group");
    for (const entry of plot.querySelectorAll(".role-legend-label text")) {
      entry.setAttribute("tabindex", "0");
      entry.setAttribute("role", "button");
      const value = String(entry.__data__.datum.value); // the text may be cut
      entry.setAttribute("aria-label", `Bring out ${value}`);
      entry.setAttribute("aria-pressed", String(chosen.includes(value)));
    }
  }

  // Vega hears the mouse alone, so that a key pressed on an entry clicks it.
  function press(event) {
    const entry = event.target.closest(".role-legend-label text");
    if (!entry || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    const { x, y } = entry.getBoundingClientRect();
    const at = { bubbles: true, view: window, clientX: x + 2, clientY: y + 2 };
    entry.dispatchEvent(new MouseEvent("click", at));
  }

  // Rules are no rows: the lines that part quadrants stay where nobody is in them.
  function sayIfEmpty(name) {
    const mark = plotOf(name).querySelector(".role-mark:not(.mark-rule) :is(path, text)");
    document.querySelector(`[data-empty="${name}"]`).hidden = mark !== null;
  }

  async function draw(plot) {
    const { chooses, spec } = charts[plot.dataset.chart];
    const { view } = await vegaEmbed(plot, spec, {
      mode: "vega",
      renderer: "svg",
      actions: false,
      tooltip: { disableDefaultStyle: true },
      formatLocale: locale,
      logLevel: 1, // errors alone: Vega warns of a choice for which there are no rows
    });
    views.set(plot.dataset.chart, view);
    sayIfEmpty(plot.dataset.chart);
    if (!chooses) return;
    markButtons(plot, view);
    plot.addEventListener("keydown", press);
    view.addDataListener("shown_store", () => markButtons(plot, view));
    view.addResizeListener(() => markButtons(plot, view));
  }

  function fillCards(chosen) {
    for (const place of document.querySelectorAll("[data-cards]")) {
      const { followed, rows } = cards[place.dataset.cards];
      if (!followed.length) continue;
      for (const figure of place.querySelectorAll("[data-column]")) {
        const heading = figure.closest(".card").dataset.heading ?? null;
        const row = rows.find(
          (one) => one.heading === heading && followed.every((name) => one.at[name] === chosen[name]),
        );
        figure.textContent = row ? row.texts[figure.dataset.column] : "–";
      }
    }
  }

  async function filter() {
    const chosen = choices();
    fillCards(chosen);
    for (const [name, view] of views) {
      for (const signal of charts[name].follows) view.signal(signal, chosen[signal]);
      await view.runAsync();
      sayIfEmpty(name);
      if (charts[name].chooses) markButtons(plotOf(name), view);
    }
    for (const note of document.querySelectorAll("[data-ignores]")) {
      note.hidden = chosen[note.dataset.ignores] === null;
    }
    const said = slicers
      .filter((slicer) => slicer.value)
      .map((slicer) => `${slicer.labels[0].firstChild.textContent.trim()}: ${slicer.value}`);
    form.querySelector(".status").textContent = said.length ? `Shown: ${said.join(", ")}.` : "";
  }

  const drawn = Promise.all([...document.querySelectorAll("[data-chart]")].map(draw));
  if (form) {
    // After Back a browser gives the form what was chosen.
    window.addEventListener("pageshow", () => drawn.then(filter));
    form.addEventListener("change", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
  }
  window.reckoner = { views, drawn };
})();
