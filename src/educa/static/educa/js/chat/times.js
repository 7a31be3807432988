/** Times as the reader writes them, in the zone of their browser. */

const language = document.documentElement.lang || undefined;
const time = new Intl.DateTimeFormat(language, { timeStyle: "short" });
const whole = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" });
const day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
const dayOfYear = new Intl.DateTimeFormat(language, { dateStyle: "full" });
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const DAY = 86_400_000; // milliseconds

export const timeOf = (date) => time.format(date);
export const momentOf = (date) => whole.format(date);

/** The day as a key: two moments of one day of the reader have the same. */
export function dayKey(date) {
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The day as people call it: today, yesterday, Friday, 27 November. */
export function dayOf(date, now = new Date()) {
  const start = (moment) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
  const past = Math.round((start(now) - start(date)) / DAY);
  if (past === 0 || past === 1) return capital(relative.format(-past, "day"));
  return capital((date.getFullYear() === now.getFullYear() ? day : dayOfYear).format(date));
}

function capital(text) {
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}

/** Seconds of a film as people write them: 1:23. */
export function clock(seconds) {
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  const hours = Math.floor(seconds / 3600);
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${parts.map(two).join(":")}` : `${parts[0]}:${two(parts[1])}`;
}
