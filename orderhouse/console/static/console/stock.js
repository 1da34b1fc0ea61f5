// Comfort for the stock list: a choice is sent when it is made.
document.addEventListener("change", (event) => {
  const chosen = /** @type {HTMLElement} */ (event.target);
  if (chosen instanceof HTMLSelectElement && chosen.matches("[data-send]")) chosen.form?.requestSubmit();
});
