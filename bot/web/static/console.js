// Counts down what the server has written: how much time a clock leaves, and how long it has run out. bot/web/console/spans.py
// says the same.
(() => {
  "use strict";
  const said = document.body.dataset;
  const MINUTE = 60000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  let base = Number(said.now), since = Date.now();
  if (!base) return;
  const pace = Number(said.pace) || 1;
  const now = () => base + (Date.now() - since) * pace;

  function span(length) {
    const days = Math.floor(length / DAY), hours = Math.floor((length % DAY) / HOUR);
    const minutes = Math.floor((length % HOUR) / MINUTE);
    const fill = (words, n) => words.replace("{n}", n);
    if (length < MINUTE) return said.moment;
    if (days >= 3 || (days && !hours)) return fill(said.days, days);
    if (days) return `${fill(said.days, days)} ${fill(said.hours, hours)}`;
    if (!hours) return fill(said.minutes, minutes);
    return minutes ? `${fill(said.hours, hours)} ${fill(said.minutes, minutes)}` : fill(said.hours, hours);
  }

  function tick() {
    const at = now();
    for (const one of document.querySelectorAll("[data-due]")) {
      const left = Number(one.dataset.due) - at, lenient = "lenient" in one.dataset;
      one.classList.toggle("late", left <= 0 && !lenient);
      const words = left > 0 ? said.left : lenient ? "" : said.over;
      const text = words.replace("{span}", span(Math.abs(left)));
      const place = one.querySelector(".left");
      if (place && place.textContent !== text) place.textContent = text;
    }
  }

  addEventListener("arrived", ({ detail }) => {
    if (Number(detail.now) > base) [base, since] = [Number(detail.now), Date.now()];
    tick();
  });
  document.addEventListener("visibilitychange", tick);
  setInterval(tick, pace > 1 ? 1000 : 10000);
  tick();
})();
