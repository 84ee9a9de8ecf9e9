// Tries the API and its schema by the rules of others, all in one process, and writes
// what each of them says as a line of JSON: {check, name, ok, said}.
//
//   node rules.mjs SERVER SCHEMA_FOLDER SCHEMA RELEASED RELAY_PROJECT
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import * as lint from "@graphql-eslint/eslint-plugin";
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { Linter } from "eslint";
import { buildSchema } from "graphql";
import { serverAudits } from "graphql-http";
import relay from "relay-compiler";

const [server, folder, schema, released, project] = process.argv.slice(2);
const tell = (check, name, ok, said) => console.log(JSON.stringify({ check, name, ok, said: String(said ?? "") }));
const read = (name) => fs.readFileSync(name, "utf8");

// GraphQL over HTTP.
for (const audit of serverAudits({ url: server, fetchFn: fetch })) {
  const result = await audit.fn();
  tell("http", `${audit.id} ${audit.name}`, result.status === "ok", result.status === "ok" ? "" : `${result.status}: ${result.reason}`);
}

// The rules of graphql-eslint for schemas, and those of Relay.
const config = (name) => lint.configs[`flat/schema-${name}`].rules;
const rule = (name, ...options) => ({ [`@graphql-eslint/${name}`]: ["error", ...options] });
const rules = {
  ...config("recommended"),
  ...config("relay"),
  "@graphql-eslint/strict-id-in-types": "off", // a page, a total or a step has no id
  ...rule("description-style", { style: "inline" }), // one line each, as in all files
  ...rule("relay-arguments", { includeBoth: false }), // pages go forwards only
  // Lists that are always short are lists, and an edge leads also to what has no id of
  // its own, such as a row of a report.
  ...rule("relay-edge-types", { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false }),
};
// Fields whose names the rules would have otherwise: they are published, and the id of
// a Node is another one.
const published = ["audit.graphqls Audit.audit", "audit.graphqls Finding.finding", "webhook.graphqls Webhook.webhook"];
const files = fs.readdirSync(folder).filter((name) => name.endsWith(".graphqls")).map((name) => path.join(folder, name));
const linter = new Linter({ configType: "flat", cwd: folder });
const languageOptions = { parser: lint.parser, parserOptions: { graphQLConfig: { schema: files } } };
for (const file of files) {
  const name = path.basename(file);
  const said = linter
    .verify(read(file), [{ files: ["**/*.graphqls"], plugins: { "@graphql-eslint": lint }, languageOptions, rules }], { filename: file })
    .filter(({ ruleId, message }) => {
      const [, field, type] = /^Field "(\w+)" starts with the name of the parent type "(\w+)"/.exec(message) ?? [];
      return ruleId !== "@graphql-eslint/no-typename-prefix" || !published.includes(`${name} ${type}.${field}`);
    })
    .map(({ line, ruleId, message }) => `${line} ${ruleId} ${message}`);
  tell("lint", name, said.length === 0, said.join("\n"));
}

// What the present schema takes away from the clients of the released one.
for (const change of await diff(buildSchema(read(released)), buildSchema(read(schema)))) {
  if (change.criticality.level === CriticalityLevel.Breaking) tell("breaking", `${change.type} ${change.path}`, false, change.message);
}
tell("breaking", "compared", true);

// A client with Relay compiles, and makes a list of its documents.
const compiled = spawnSync(relay, ["relay.config.json"], { cwd: project, encoding: "utf8" });
tell("relay", "compiles", compiled.status === 0, compiled.stderr + compiled.stdout);
