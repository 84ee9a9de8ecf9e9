// The desk: what was typed is kept until it is saved, parts of a form are shown anew
// without leaving the page, files are uploaded with their progress. All of it goes the
// same ways as the plain forms.
{
  // entriesOf are the fields of a form as it stands, without its files.
  const entriesOf = (form) => [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const textOf = (form) => JSON.stringify(entriesOf(form).filter(([name]) => name !== "once" && name !== "at"));

  // What was typed is kept in the window's own storage, under the address of the page
  // without its language.
  const keptAs = (form) => `desk ${location.pathname.replace(/^\/\w+/, "")} ${form.dataset.keep}`;
  const store = (name, value) => {
    try {
      if (value === null) sessionStorage.removeItem(name);
      else sessionStorage.setItem(name, value);
    } catch { /* A full or forbidden storage keeps nothing. */ }
  };
  const stored = (name) => {
    try {
      return sessionStorage.getItem(name);
    } catch {
      return null;
    }
  };

  // saved forgets what was sent by the form that led here, once the page says it is done.
  const saved = () => {
    const sent = stored("desk sent");
    if (sent && /[?&]done=desk-/.test(location.search)) store(sent, null);
    store("desk sent", null);
  };
  saved();

  const unsaved = new Set();
  addEventListener("beforeunload", (event) => {
    if (unsaved.size > 0) event.preventDefault();
  });
  const touch = (form) => {
    unsaved.add(form);
    const note = form.querySelector(".desk-unsaved");
    if (note) note.hidden = false;
    store(keptAs(form), textOf(form));
  };

  // putBack fills a form with entries: the editor by its server, since it may have had
  // other rows.
  const putBack = (form, entries) => {
    if (form.id === "editor") return refresh(form, "look", entries);
    for (const [name, value] of entries) {
      const field = form.elements.namedItem(name);
      if (!field || field.type === "hidden" && !name.startsWith("was.")) continue;
      if (field.type === "checkbox") field.checked = field.value === value;
      else field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    touch(form);
  };

  const offer = (form) => {
    const kept = stored(keptAs(form));
    const shown = form.parentElement.querySelector("template.desk-kept") ?? document.querySelector("template.desk-kept");
    if (!kept || !shown || kept === textOf(form)) return;
    const notice = shown.content.firstElementChild.cloneNode(true);
    notice.querySelector("[data-back]").addEventListener("click", () => {
      notice.remove();
      putBack(form, JSON.parse(kept));
    });
    notice.querySelector("[data-away]").addEventListener("click", () => {
      notice.remove();
      store(keptAs(form), null);
    });
    form.before(notice);
  };

  portal.each("form[data-keep]", (form) => {
    // What the server shows as unsaved is newer than what was kept.
    if (form.dataset.unsaved !== undefined) touch(form);
    else offer(form);
    let timer;
    form.addEventListener("input", () => {
      unsaved.add(form);
      clearTimeout(timer);
      timer = setTimeout(() => { if (unsaved.has(form)) touch(form); }, 300);
    });
    form.addEventListener("submit", (event) => {
      const what = event.submitter?.value ?? "save";
      if (form.id === "editor" && what !== "save") {
        event.preventDefault();
        refresh(form, what);
        return;
      }
      clearTimeout(timer);
      store(keptAs(form), textOf(form));
      store("desk sent", keptAs(form));
      unsaved.delete(form);
    });
  });

  // refresh has the server show the form anew, as after one of its buttons. What is typed
  // while it answers is not lost: then it is asked again.
  let asked = Promise.resolve();
  const refresh = (form, what, entries) => (asked = asked.then(async () => {
    for (let tries = 0; tries < 5; tries++) {
      const before = textOf(form);
      const body = new URLSearchParams([...(entries ?? entriesOf(form)).filter(([name]) => name !== "do"), ["do", what]]);
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("editor");
      if (!fresh) throw new Error("the form did not come back");
      if (textOf(form) !== before) continue;
      const { id, selectionStart, selectionEnd } = document.activeElement;
      portal.put(form, fresh);
      const added = form.querySelector("[data-fresh] textarea");
      const again = added ?? document.getElementById(id);
      again?.focus({ preventScroll: !added });
      if (!added && selectionStart !== undefined && selectionStart !== null) again?.setSelectionRange?.(selectionStart, selectionEnd);
      touch(form);
      return;
    }
  }).catch(() => { // as where the session has ended: what was typed is kept
    touch(form);
    unsaved.delete(form);
    form.submit();
  }));

  portal.each(".desk-noscript", (part) => { part.hidden = true; });
  portal.each("#editor [data-look]", (field) => field.addEventListener("change", () => refresh(field.form, "look")));

  // A template's list of placeholders follows its texts.
  const gapsIn = (text) => [...new Set(text.match(/\{\{[^{}]*\}\}/g) ?? [])].sort().join(" ");
  portal.each("#editor textarea[name$='.text']", (area) => {
    if (!document.getElementById("content-placeholders")) return;
    let known = gapsIn(area.value);
    let timer;
    area.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (gapsIn(area.value) === known || !area.isConnected) return;
        known = gapsIn(area.value);
        refresh(area.form, "look");
      }, 700);
    });
  });

  // A colour is chosen by the browser's own picker, too, which shows it as the drawing did.
  portal.each(".desk-colour", (row) => {
    const hex = row.querySelector("input.desk-hex");
    const picker = document.createElement("input");
    picker.type = "color";
    picker.setAttribute("aria-label", hex.labels[0].textContent);
    const show = () => {
      const text = hex.value.trim().toLowerCase();
      if (/^#[0-9a-f]{6}$/.test(text)) picker.value = text;
    };
    hex.addEventListener("input", show);
    picker.addEventListener("input", () => {
      hex.value = picker.value.toUpperCase();
      hex.dispatchEvent(new Event("input", { bubbles: true }));
    });
    row.querySelector(".desk-swatch").replaceWith(picker);
    show();
  });

  // Translating: keys, and placeholders that don't fit.
  portal.each("#texts", (form) => {
    form.addEventListener("focusin", (event) => {
      const pair = event.target.closest(".desk-pair");
      if (pair) form.elements.at.value = pair.id.slice(2);
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        form.requestSubmit(form.querySelector("button[value=save]"));
      }
      if (event.key === "ArrowDown" && event.altKey) {
        event.preventDefault();
        const all = [...form.querySelectorAll(".desk-pair")];
        const here = all.indexOf(event.target.closest(".desk-pair"));
        const todo = (pair) => pair.querySelector("textarea")?.value.trim() === "" || pair.querySelector(".state.stale");
        const next = [...all.slice(here + 1), ...all.slice(0, here + 1)].find(todo);
        next?.querySelector("textarea")?.focus();
      }
    });
  });
  portal.each("textarea[data-wanted]", (area) => {
    const note = area.parentElement.querySelector(".desk-gaps");
    const look = () => {
      const wanted = area.dataset.wanted.split(" ").filter(Boolean);
      const found = gapsIn(area.value).split(" ").filter(Boolean);
      const missing = wanted.filter((gap) => !found.includes(gap));
      const extra = found.filter((gap) => !wanted.includes(gap));
      const told = [];
      if (missing.length > 0) told.push(`${note.dataset.missing} ${missing.join(" ")}`);
      if (extra.length > 0) told.push(`${note.dataset.extra} ${extra.join(" ")}`);
      note.hidden = area.value.trim() === "" || told.length === 0;
      if (note.textContent !== told.join(" ")) note.textContent = told.join(" ");
    };
    area.addEventListener("input", look);
    look();
  });
  // The text that the address names has the focus, or else what was refused.
  const reach = () => {
    const named = /^#u-/.test(location.hash) && document.getElementById(location.hash.slice(1))?.querySelector("textarea");
    (named || document.querySelector("main [aria-invalid=true]"))?.focus();
  };
  addEventListener("hashchange", reach);
  addEventListener("load", () => setTimeout(reach)); // after the browser has gone to what the address names

  // The key of a new item is suggested, until its author writes another one.
  portal.each("form.desk-register", (form) => {
    const { name, key } = form.elements;
    let own = key.value !== "";
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase().replace(/[^a-z0-9]+/g, "-");
    const suggest = () => {
      if (own) return;
      const prefix = form.querySelector("[name=kind]:checked")?.dataset.prefix ?? "";
      key.value = name.value.trim() ? plain(`${prefix} ${name.value}`).slice(0, 64).replace(/^-+|-+$/g, "") : "";
    };
    key.addEventListener("input", () => { own = key.value !== ""; });
    form.addEventListener("input", (event) => { if (event.target !== key) suggest(); });
  });
}
