// What a chat page does beyond plain forms: shows chosen photos, sends on Enter, clears what was sent, tells the time.
(() => {
  "use strict";
  const words = document.body.dataset;

  // --- notes -----------------------------------------------------------------------------------------------------
  const notes = document.getElementById("notes");
  notes.addEventListener("click", (event) => event.target.closest(".close")?.parentElement.remove());
  new MutationObserver((changes) => {
    for (const note of changes.flatMap((change) => [...change.addedNodes])) {
      if (note.nodeType !== 1) continue;
      // Said again, it stands there once.
      for (const other of [...notes.children]) if (other !== note && other.textContent === note.textContent) other.remove();
      if (!note.matches(".loud")) setTimeout(() => note.remove(), 6000);
    }
  }).observe(notes, { childList: true });

  function tell(text) {
    const note = document.createElement("div");
    note.className = "note loud";
    const line = document.createElement("p");
    line.textContent = text;
    const shut = document.createElement("button");
    Object.assign(shut, { type: "button", className: "close", textContent: "×" });
    shut.setAttribute("aria-label", words.close || "×");
    note.append(line, shut);
    notes.append(note);
  }

  // --- sending ---------------------------------------------------------------------------------------------------
  for (const event of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(event, () => tell(words.unsent));
  }
  document.addEventListener("htmx:beforeRequest", (event) => event.target.classList.add("busy"));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest("form");
    form?.classList.remove("busy");
    if (!form || !event.detail.successful) return;
    // What the link brought along was handed on: a reload shall not do it again.
    if (form.matches(".start")) {
      history.replaceState(null, "", "/chat");
      form.remove();
    }
    if (!form.matches(".say")) return;
    // Who has scrolled back to read and now speaks wants to see the answer. The list runs upwards: 0 is its newest.
    form.parentElement.querySelector(".stream").scrollTop = 0;
    const sent = event.detail.requestConfig.formData;
    if (sent.get("say")) return;
    const text = form.elements.text;
    // Words typed while the message was under way are the next message's.
    text.value = text.value.startsWith(sent.get("text")) ? text.value.slice(sent.get("text").length) : text.value;
    choose(form.elements.photo, []);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches(".say textarea")) return;
    if (!matchMedia("(pointer: fine)").matches) return;
    event.preventDefault();
    const form = event.target.form;
    if (!form.classList.contains("busy")) form.requestSubmit();
  });

  if (!CSS.supports("field-sizing", "content")) {
    document.addEventListener("input", ({ target }) => {
      if (!target.matches(".say textarea")) return;
      target.style.height = "auto";
      target.style.height = `${target.scrollHeight + 2}px`;
    });
  }

  // --- photos ----------------------------------------------------------------------------------------------------
  function choose(input, files) {
    const chosen = new DataTransfer();
    for (const file of files) chosen.items.add(file);
    input.files = chosen.files;
    show(input);
  }

  function show(input) {
    const shelf = input.form.querySelector(".chosen");
    for (const image of shelf.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    shelf.replaceChildren(...[...input.files].map((file) => {
      const one = document.createElement("button");
      one.type = "button";
      one.setAttribute("aria-label", `${words.remove} ${file.name}`);
      const image = document.createElement("img");
      image.alt = file.name;
      image.src = URL.createObjectURL(file);
      one.append(image);
      one.addEventListener("click", () => choose(input, [...input.files].filter((other) => other !== file)));
      return one;
    }));
    shelf.hidden = !input.files.length;
  }

  // A telephone's photo has ten times the bytes a repair needs: smaller ones arrive on a weak line, too.
  async function smaller(file) {
    if (file.size < 1_500_000) return file;
    try {
      const image = await createImageBitmap(file);
      const scale = Math.min(1, 2560 / Math.max(image.width, image.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(image.width * scale);
      canvas.height = Math.round(image.height * scale);
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      const drawn = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
      const name = file.name.replace(/\.\w+$/, "") + ".jpg";
      return drawn && drawn.size < file.size ? new File([drawn], name, { type: "image/jpeg" }) : file;
    } catch {
      // What this browser cannot draw is sent as it is: the server judges.
      return file;
    }
  }

  async function shrink(input) {
    const chosen = [...input.files];
    const drawn = await Promise.all(chosen.map(smaller));
    // Something else may have been chosen, taken away or sent meanwhile.
    const unchanged = chosen.length === input.files.length && chosen.every((file, n) => file === input.files[n]);
    if (unchanged && drawn.some((file, n) => file !== chosen[n])) choose(input, drawn);
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches(".say input[type=file]")) {
      show(event.target);
      shrink(event.target);
    }
    if (event.target.matches(".tabs input")) event.target.parentElement.classList.remove("news");
  });
  for (const input of document.querySelectorAll(".say input[type=file]")) {
    input.form.addEventListener("paste", (event) => {
      const pasted = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
      if (pasted.length) choose(input, [...input.files, ...pasted]);
    });
    if (input.files.length) show(input);
  }

  // --- the link to copy, the demo's clock --------------------------------------------------------------------------
  document.addEventListener("click", async (event) => {
    const copying = event.target.closest("[data-copy]");
    if (!copying) return;
    const field = document.querySelector("input.link");
    field.select();
    try {
      await navigator.clipboard.writeText(copying.dataset.copy);
    } catch {
      document.execCommand("copy");
    }
    copying.textContent = copying.dataset.copied;
  });

  const clock = document.getElementById("clock");
  if (clock) {
    const { now, factor, zone } = clock.dataset;
    const began = performance.now();
    const face = new Intl.DateTimeFormat("zh-CN", {
      timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    });
    setInterval(() => {
      const text = face.format(Number(now) + (performance.now() - began) * Number(factor));
      if (clock.textContent !== text) clock.textContent = text;
    }, 250);
  }
})();
