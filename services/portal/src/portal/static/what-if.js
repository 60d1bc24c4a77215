// Moves the progress bar of a what-if as the portal tells it; without this script the page asks again by itself.
"use strict";

const bar = document.getElementById("what-if-progress");
const live = new URLSearchParams(location.search).get("live") === "1";

if (bar && window.EventSource && !live) {
  location.replace(bar.dataset.page + "?live=1");
} else if (bar && window.EventSource) {
  const told = new EventSource(bar.dataset.events);
  told.addEventListener("progress", (event) => {
    const progress = JSON.parse(event.data);
    if (progress.total > 0) {
      bar.max = progress.total;
      bar.value = progress.looked_at;
      document.getElementById("what-if-looked-at").textContent = progress.looked_at;
      document.getElementById("what-if-total").textContent = progress.total;
    }
  });
  told.addEventListener("over", () => {
    told.close();
    location.replace(bar.dataset.page);
  });
}
