// Light or dark as the system says, before anything is drawn.
const dark = matchMedia("(prefers-color-scheme: dark)");
const dress = () => { document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light"; };
dark.addEventListener("change", dress);
dress();
