// Keeps what is typed into a form every few seconds; without this script it is kept whenever the form is sent.
"use strict";

const SECONDS = 5;
const form = document.querySelector("form[data-unsent]");
const told = document.getElementById("unsent-told");
let changed = false;

async function keep() {
  if (!changed) {
    return;
  }
  changed = false;
  const typed = new FormData(form);
  typed.delete("file");
  typed.set("place", location.pathname);
  let kept = false;
  try {
    const answer = await fetch("/unsent", { method: "POST", body: typed, redirect: "manual" });
    kept = answer.ok;
  } catch {
    kept = false;
  }
  told.textContent = kept ? told.dataset.kept : told.dataset.lost;
}

if (form && told) {
  form.addEventListener("input", () => {
    changed = true;
  });
  form.addEventListener("submit", () => {
    changed = false;
  });
  setInterval(keep, SECONDS * 1000);
}
