// Cuts GitHub's description of its API to the paths that the GitHub service uses, so that a server made of it starts in
// seconds instead of half a minute.
//
//   node cut.mjs DESCRIPTION.json OUT.json
import { readFileSync, writeFileSync } from "node:fs";

const PATHS = [
  "/app",
  "/app/installations/{installation_id}/access_tokens",
  "/repos/{owner}/{repo}/commits/{ref}/check-runs",
  "/repos/{owner}/{repo}/commits/{ref}/status",
  "/repos/{owner}/{repo}/contents/{path}",
  "/repos/{owner}/{repo}/git/blobs/{file_sha}",
  "/repos/{owner}/{repo}/issues",
  "/repos/{owner}/{repo}/issues/{issue_number}",
  "/repos/{owner}/{repo}/issues/{issue_number}/comments",
  "/repos/{owner}/{repo}/pulls",
  "/repos/{owner}/{repo}/pulls/{pull_number}",
  "/repos/{owner}/{repo}/pulls/{pull_number}/merge",
  "/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
  "/user",
];

const [source, target] = process.argv.slice(2);
const whole = JSON.parse(readFileSync(source, "utf8"));
const { openapi, info } = whole;
const cut = { openapi, info, servers: [{ url: "http://127.0.0.1" }], paths: {}, components: {} };

/** Keeps whatever `value` refers to, and what that refers to in turn. */
function keep(value) {
  if (value === null || typeof value !== "object") return;
  // Some examples refer to a whole example where their value belongs, and would be answered with a wrapper around it.
  const wrapped = value.value?.$ref?.match(/^#\/components\/examples\/(.+)$/);
  if (wrapped) value.value = whole.components.examples[wrapped[1]].value;
  const reference = value.$ref;
  if (typeof reference === "string") {
    const [, section, kind, name] = reference.split("/");
    if (section !== "components") throw new Error(`what is ${reference}?`);
    cut.components[kind] ??= {};
    if (!(name in cut.components[kind])) {
      cut.components[kind][name] = whole.components[kind][name];
      keep(cut.components[kind][name]);
    }
  }
  for (const child of Object.values(value)) keep(child);
}

for (const path of PATHS) {
  if (!(path in whole.paths)) throw new Error(`the description has no ${path}`);
  cut.paths[path] = whole.paths[path];
  keep(whole.paths[path]);
}
writeFileSync(target, JSON.stringify(cut));
