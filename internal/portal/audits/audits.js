// More rows for the sites of an audit, without sending the form.
portal.each("[data-more-sites]", (button) => {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const rows = button.form.querySelectorAll(".audits-site");
    const row = rows[rows.length - 1].cloneNode(true);
    const number = rows.length + 1;
    for (const field of row.querySelectorAll("input, select")) {
      const label = row.querySelector(`label[for="${field.id}"]`);
      field.id = field.id.replace(/\d+$/, number);
      field.value = "";
      label.htmlFor = field.id;
      label.textContent = label.textContent.replace(/\d+$/, number);
    }
    rows[rows.length - 1].after(row);
    row.querySelector("input").focus();
  });
});
