// Filters, searches and sorts the tables of the audit.
"use strict";
(() => {
  const form = document.querySelector("form.slicers");
  const dashboard = document.getElementById("filter-dashboard");
  const verdict = document.getElementById("filter-verdict");
  const words = document.getElementById("filter-text");
  const rows = [...document.querySelectorAll(".quotes tbody tr")];
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase().replace(/\s+/g, " ")]));

  function filter() {
    const wanted = words.value.toLowerCase().trim().split(/\s+/);
    let shown = 0;
    for (const row of rows) {
      const isShown =
        (!dashboard.value || row.dataset.dashboard === dashboard.value) &&
        (!verdict.value || row.dataset.verdict === verdict.value) &&
        wanted.every((word) => texts.get(row).includes(word));
      row.hidden = !isShown;
      shown += isShown;
    }
    for (const group of document.querySelectorAll("section.group")) {
      group.hidden = group.querySelector("tbody tr:not([hidden])") === null;
    }
    form.querySelector(".status").textContent =
      shown === rows.length ? "" : `${shown} of ${rows.length} statements are shown.`;
  }

  // What a row is sorted by: a number where the cell has one, else its text; rows without one last.
  function valueOf(row, key, position) {
    const number = row.dataset[`order${key[0].toUpperCase()}${key.slice(1)}`];
    if (number !== undefined) return Number(number);
    return row.cells[position].textContent.trim();
  }

  function sort(heading) {
    const table = heading.closest("table");
    const headings = [...heading.parentNode.cells];
    const ascending = heading.getAttribute("aria-sort") !== "ascending";
    for (const other of headings) other.setAttribute("aria-sort", "none");
    heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const position = headings.indexOf(heading);
    const keyed = [...table.tBodies[0].rows].map((row) => [valueOf(row, heading.dataset.key, position), row]);
    keyed.sort(([one], [other]) => {
      if (typeof one !== typeof other) return typeof one === "number" ? -1 : 1;
      const order = typeof one === "number" ? one - other : one.localeCompare(other, "en", { numeric: true });
      return ascending ? order : -order;
    });
    table.tBodies[0].append(...keyed.map(([, row]) => row));
  }

  // A link to a row shows it, whatever is filtered.
  function reveal() {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!row || row.tagName !== "TR") return;
    if (row.hidden) {
      form.reset();
      filter();
    }
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
  }

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  for (const button of document.querySelectorAll(".quotes thead button")) {
    button.addEventListener("click", () => sort(button.parentNode));
  }
  window.addEventListener("hashchange", reveal);
  // After Back a browser gives the form what was chosen.
  window.addEventListener("pageshow", () => {
    filter();
    reveal();
  });
})();
