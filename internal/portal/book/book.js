// The brand book: dialogs for downloads, texts that fill themselves in, links to hand on.

// On a narrow page the chapters are one line, in which the open one is seen.
portal.each(".bk-chapters [aria-current]", (link) => link.scrollIntoView({ block: "nearest", inline: "center" }));

// A link with data-dialog shows what it leads to over the page.
portal.each("a[data-dialog]", (link) => {
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const part = await portal.fetchPart(link.href, "#download").catch(() => null);
    if (!part) {
      location.href = link.href;
      return;
    }
    const dialog = document.createElement("dialog");
    dialog.className = "bk-dialog";
    dialog.setAttribute("aria-label", link.textContent);
    const close = document.createElement("button");
    close.type = "button";
    close.className = "second bk-close";
    close.textContent = "✕";
    close.setAttribute("aria-label", part.dataset.close);
    close.addEventListener("click", () => dialog.close());
    const held = document.createElement("div");
    held.id = "download";
    dialog.append(close, held);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (e) => { if (e.target === dialog) dialog.close(); });
    document.body.append(dialog);
    portal.put(held, part);
    dialog.showModal();
  });
});

// A form with data-choose shows at once what is chosen: its page is asked for anew.
portal.each("form[data-choose]", (form) => {
  const held = form.closest("#download");
  let asking;
  form.querySelector("[data-needless]").hidden = true;
  const show = async () => {
    asking?.abort();
    asking = new AbortController();
    if (!form.checkValidity()) return;
    const focused = document.activeElement;
    const address = form.action + "?" + new URLSearchParams(new FormData(form));
    try {
      const part = await portal.fetchPart(address, "#download", asking.signal);
      if (!part) return;
      portal.put(held, part);
      const at = focused?.name && [...held.querySelectorAll(`[name="${focused.name}"]`)].find((e) => e.type !== "radio" || e.checked);
      at?.focus();
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };
  form.addEventListener("change", show);
});

// What is made when it is downloaded tells its size before.
portal.each("[data-size]:not([data-known])", async (told) => {
  const answer = await fetch(told.dataset.size, { method: "HEAD" }).catch(() => null);
  const bytes = Number(answer?.headers.get("Content-Length"));
  if (!answer?.ok || !bytes) return;
  const unit = bytes < 1e6 ? "kilobyte" : "megabyte";
  told.textContent = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 }).format(bytes / (bytes < 1e6 ? 1e3 : 1e6));
});

// A link that works without a token, for somebody else.
portal.each("form[data-hand-on]", (form) => {
  form.hidden = false;
  const told = form.parentElement.querySelector("output");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const asked = { address: form.dataset.handOn, days: Number(form.elements.days.value) };
    const answer = await fetch("/links", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked) }).catch(() => null);
    if (!answer?.ok) {
      told.textContent = told.dataset.failed;
      return;
    }
    const link = await answer.json();
    const address = document.createElement("code");
    address.textContent = link.url;
    const until = new Date(link.until).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short", timeZone: "Asia/Ho_Chi_Minh" });
    const button = document.createElement("button");
    button.type = "button";
    button.className = "second bk-copy";
    button.textContent = told.dataset.copyLabel;
    button.dataset.done = told.dataset.done;
    button.addEventListener("click", () => portal.copy(button, link.url));
    told.replaceChildren(address, document.createElement("br"), `${told.dataset.until}: ${until} `, button);
  });
});

// A template is filled in while one types, as soon as every gap has its value.
portal.each("form[data-fill]", (form) => {
  const result = document.getElementById("filled");
  let asking, pause;
  const show = async () => {
    asking?.abort();
    if (!form.checkValidity()) return;
    asking = new AbortController();
    const address = form.action + "?" + new URLSearchParams(new FormData(form));
    try {
      const part = await portal.fetchPart(address, "#filled", asking.signal);
      if (part) portal.put(result, part);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(show, 400);
  });
});
