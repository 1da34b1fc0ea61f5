// Before anything is drawn: light or dark as chosen, or as the system says; and that scripts run here.
"use strict";
{
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const dress = () => {
    const chosen = root.dataset.theme || "system";
    root.dataset.bsTheme = chosen === "dark" || (chosen === "system" && dark.matches) ? "dark" : "light";
  };
  root.dataset.scripts = "on";
  dark.addEventListener("change", dress);
  dress();
  const remember = (name, value) => {
    document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  };
  // The forms work without this; with it nothing reloads.
  document.addEventListener("click", (event) => {
    const theme = event.target.closest("[data-theme-choice]");
    if (theme) {
      event.preventDefault();
      root.dataset.theme = theme.value;
      remember("orderhouse_theme", theme.value);
      dress();
      for (const each of document.querySelectorAll("[data-theme-choice]")) each.setAttribute("aria-pressed", String(each === theme));
      return;
    }
    if (event.target.closest("[data-fold]")) {
      event.preventDefault();
      const narrow = document.getElementById("rail").offsetWidth < 120;
      root.dataset.rail = narrow ? "open" : "slim";
      remember("orderhouse_rail", root.dataset.rail);
    }
  });
}
