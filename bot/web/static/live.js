// Keeps a page current: elements that arrive by the stream replace those with their id, or join their list. One that says
// where in its list it stands (data-order) moves there, one that says that it is gone leaves.
(() => {
  "use strict";
  const { live, since } = document.body.dataset;
  if (!live) return;
  const PRESSED = "button, a, summary";
  let seen = since, stream = null, retry = 0, timer = 0, over = false;

  function put(element) {
    const old = document.getElementById(element.id);
    const list = document.getElementById(element.dataset.list || "");
    if (old && "form" in old.dataset && written(old)) return;
    if ("gone" in element.dataset) {
      old?.remove();
      return;
    }
    if (list && element.dataset.order) {
      stand(element, old, list);
    } else if (old) {
      // Who was about to press a button with the keyboard still is.
      const focused = old.contains(document.activeElement) ? document.activeElement : null;
      old.replaceWith(element);
      const same = (b) => b.textContent === focused.textContent;
      if (focused) [...element.querySelectorAll(PRESSED)].find(same)?.focus();
    } else if (list) {
      const n = Number(element.dataset.n);
      const later = [...list.children].find((other) => Number(other.dataset.n) > n);
      list.insertBefore(element, later || null);
      announce(element);
    } else return;
    element.classList.add("fresh");
  }

  // Somebody has opened it to write, or has written in it: it is theirs until they send it, with the name it was drawn with.
  function written(form) {
    const fields = [...form.querySelectorAll("input:not([type=hidden]), textarea, select")];
    return form.open || form.querySelector("details[open]") || fields.some((one) => (
      one.matches("[type=checkbox], [type=radio]") ? one.checked !== one.defaultChecked
        : one.matches("select") ? !one.options[one.selectedIndex]?.defaultSelected && one.selectedIndex > 0
          : one.value !== one.defaultValue));
  }

  // Where it stands is told by numbers, the first first; a list shows as many as it says.
  function stand(element, old, list) {
    const focused = old?.contains(document.activeElement);
    old?.remove();
    const order = element.dataset.order.split(" ").map(Number);
    const later = [...list.children].find((other) => before(order, other.dataset.order.split(" ").map(Number)));
    list.insertBefore(element, later || null);
    while (list.children.length > Number(list.dataset.most || Infinity)) list.lastElementChild.remove();
    if (focused) element.querySelector("a, button")?.focus();
  }

  function before(one, other) {
    const n = one.findIndex((number, at) => number !== other[at]);
    return n >= 0 && one[n] < other[n];
  }

  // Whose button left stays where it was, on nothing that can be pressed: the next key must not do something else.
  function rest(around) {
    const here = around.find((one) => one.isConnected && one.matches("section, main"));
    if (!here) return;
    if (!here.hasAttribute("tabindex")) here.tabIndex = -1;
    here.focus({ preventScroll: true });
  }

  function announce(element) {
    const seat = element.closest(".seat");
    const tab = seat && document.querySelector(`.tabs input[value="${seat.id}"]`);
    if (tab && !tab.checked) tab.parentElement.classList.add("news");
  }

  function take(event) {
    if (event.lastEventId) seen = event.lastEventId;
    const arrived = document.createElement("template");
    arrived.innerHTML = event.data;
    const now = arrived.content.querySelector("[data-now]")?.dataset.now;
    const around = [];
    for (let one = document.activeElement; one; one = one.parentElement) around.push(one);
    for (const element of [...arrived.content.children]) {
      over ||= "over" in element.dataset;
      put(element);
    }
    if (!around[0]?.isConnected && document.activeElement === document.body) rest(around);
    // What it showed has come to its end: there is nothing to come back for.
    if (over) close();
    dispatchEvent(new CustomEvent("arrived", { detail: { now } }));
  }

  function say(isOffline) {
    const line = document.querySelector(".offline");
    if (line) line.hidden = !isOffline;
  }

  function open() {
    clearTimeout(timer);
    if (stream || over || document.hidden) return;
    const address = new URL(live, location.href);
    if (seen) address.searchParams.set("since", seen);
    stream = new EventSource(address);
    stream.onopen = () => { retry = 0; say(false); };
    stream.onmessage = take;
    // Nobody is signed in any more: the page shows the way to the door.
    stream.addEventListener("over", () => location.reload());
    stream.onerror = () => {
      // The browser reconnects by itself after a dropped line, but gives up on an error answer: we do not.
      say(true);
      if (stream.readyState !== EventSource.CLOSED) return;
      close();
      timer = setTimeout(open, Math.min(1000 * 2 ** retry++, 30000) * (0.5 + Math.random() / 2));
    };
  }

  function close() {
    stream?.close();
    stream = null;
  }

  // A hidden page gives its connection back: browsers allow few per site, and what it missed comes when it is seen.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("online", open);
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
})();
