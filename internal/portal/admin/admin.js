// A form whose answer shows a secret once is sent once: a second click would be refused,
// and the secret of the first lost.
portal.each("form[data-once]", (form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  // Who comes back to the page, by the browser's memory, may send it again.
  window.addEventListener("pageshow", () => delete form.dataset.sent);
});
// Choosing permissions limits the token.
portal.each(".admin-limit", (limit) => {
  const some = limit.querySelector("[value=some]");
  limit.querySelectorAll("[name=scopes]").forEach((box) => {
    box.addEventListener("change", () => { if (box.checked) some.checked = true; });
  });
  limit.querySelector("[value=all]").addEventListener("change", () => {
    limit.querySelectorAll("[name=scopes]").forEach((box) => { box.checked = false; });
  });
});
