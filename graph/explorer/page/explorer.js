// The explorer's own part: GraphiQL with a token that lives as long as the tab,
// a drawer of example queries, and subscriptions over graphql-transport-ws.
(() => {
  "use strict";

  const options = JSON.parse(document.getElementById("explorer-options").textContent);
  const { createElement: h, useEffect, useRef } = React;

  // --- The token. sessionStorage ends with the tab, and GraphiQL's own header
  // editor, which could keep it in localStorage, is switched off.
  const KEY = "signet:token";
  const token = () => sessionStorage.getItem(KEY) || "";
  const authorization = () => (token() ? { Authorization: "Bearer " + token() } : {});

  const withToken = (input, init = {}) => {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(authorization())) headers.set(name, value);
    // Without a token of its own the page asks as whoever has logged in to the portal.
    const credentials = token() ? "omit" : "same-origin";
    return fetch(input, { ...init, headers, credentials, redirect: "error" });
  };

  const subscriptionURL = () => {
    const url = new URL(options.subscriptionEndpoint, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    return url.href;
  };

  // A new fetcher asks for the schema again and opens a new connection, which is
  // right when the caller has become somebody else.
  let connection = null;
  const newFetcher = () => {
    if (connection) connection.dispose();
    connection = options.subscriptionEndpoint
      ? graphqlWs.createClient({ url: subscriptionURL(), lazy: true, retryAttempts: 0, connectionParams: authorization })
      : null;
    return GraphiQL.createFetcher({
      url: new URL(options.endpoint, location.href).href,
      fetch: withToken,
      wsClient: connection || undefined,
    });
  };

  // --- The examples, as a drawer of GraphiQL. A tab is made before its editor
  // has a document, so the query waits for the tab that it belongs to.
  const bilingual = (vi, en) => [vi, h("span", { lang: "en", key: "en" }, en)];

  const Examples = () => {
    const editor = GraphiQL.React.useEditorContext({ nonNull: true });
    const waiting = useRef(null);
    useEffect(() => {
      if (!waiting.current || !editor.queryEditor) return;
      const { query, variables } = waiting.current;
      waiting.current = null;
      editor.queryEditor.setValue(query);
      if (editor.variableEditor) editor.variableEditor.setValue(variables || "");
    }, [editor.tabs.length, editor.activeTabIndex]);
    // A click is urgent to React, an answer that is just arriving is not: the tab
    // would be made before it and, when its turn comes, once more, over the example.
    // From a timer both are of the same urgency, and happen once, in their order.
    const open = (example) => () => setTimeout(() => {
      waiting.current = example;
      editor.addTab();
    });
    return h("section", { "aria-label": "Ví dụ / Examples" },
      h("div", { className: "graphiql-doc-explorer-title" }, "Ví dụ · ", h("span", { lang: "en" }, "Examples")),
      h("ul", { className: "examples" }, options.examples.map((example, i) =>
        h("li", { key: i }, h("button", { type: "button", onClick: open(example) },
          bilingual(example.titleVi, example.titleEn))))));
  };

  const examplesDrawer = {
    title: "Ví dụ / Examples",
    icon: () => h("span", { className: "examples-star", "aria-hidden": true }, "★"),
    content: Examples,
  };

  const welcome = "# Ngăn ★ có các truy vấn mẫu. / The ★ drawer has example queries.\n\n";

  const root = ReactDOM.createRoot(document.getElementById("explorer"));
  const render = () => root.render(h(GraphiQL, {
    fetcher: newFetcher(),
    plugins: options.examples.length ? [examplesDrawer] : [],
    visiblePlugin: options.examples.length ? examplesDrawer : undefined,
    defaultQuery: options.examples.length ? welcome + options.examples[0].query : welcome,
    isHeadersEditorEnabled: false,
    shouldPersistHeaders: false,
  }));

  // --- The form.
  const field = document.getElementById("token");
  const state = document.getElementById("token-state");
  const tell = () => {
    state.textContent = token() ? "đang dùng mã · token in use" : "không dùng mã · no token";
  };
  const use = (value) => {
    if (value) sessionStorage.setItem(KEY, value);
    else sessionStorage.removeItem(KEY);
    field.value = "";
    tell();
    render();
  };
  document.getElementById("token-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const pasted = field.value.trim().replace(/^Bearer\s+/i, "");
    if (pasted) use(pasted);
  });
  document.getElementById("token-forget").addEventListener("click", () => use(""));

  // The editors type into fields without a name, and what they show is scrolled by keyboard
  // only if its box can be focused.
  const names = new MutationObserver(() => {
    for (const field of document.querySelectorAll(".CodeMirror textarea:not([aria-label])")) {
      field.setAttribute("aria-label", field.closest("[aria-label]")?.getAttribute("aria-label") || "GraphQL");
    }
    for (const box of document.querySelectorAll('.CodeMirror-scroll[tabindex="-1"]')) box.tabIndex = 0;
  });
  names.observe(document.getElementById("explorer"), { childList: true, subtree: true });

  tell();
  render();
})();
