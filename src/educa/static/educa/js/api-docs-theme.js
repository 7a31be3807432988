/** Gives the pages of Swagger UI, which has a dark look of its own, the theme of the site. */

const { theme } = document.documentElement.dataset;
const system = matchMedia("(prefers-color-scheme: dark)");

function show() {
  const isDark = theme ? theme === "dark" : system.matches;
  document.documentElement.classList.toggle("dark-mode", isDark);
}

system.addEventListener("change", show);
show();
