// The five-tool conversation, held by a TypeScript client: `node conversation.mjs v1|v2 URL` or `... v1|v2 COMMAND ARGS`.
// Both clients check every structured result against the published output schema by themselves.
import assert from "node:assert/strict";

const [era, ...target] = process.argv.slice(2);
const TRAINING_TIMEOUT = { timeout: 120_000, resetTimeoutOnProgress: true };
const ITEMS = 16;
const USERS = 24;
const EVENTS = 10;
/** Addresses of resources that were told to have changed. */
const updated = [];

const client = await (era === "v1" ? connectV1() : connectV2());
try {
  await converse();
} finally {
  await client.close();
}

async function connectV1() {
  const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
  const { StdioClientTransport } = await import("@modelcontextprotocol/sdk/client/stdio.js");
  const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/sdk/client/streamableHttp.js");
  const { ResourceUpdatedNotificationSchema } = await import("@modelcontextprotocol/sdk/types.js");
  const made = new Client({ name: "typescript-v1", version: "1" });
  made.setNotificationHandler(ResourceUpdatedNotificationSchema, (told) => updated.push(told.params.uri));
  await made.connect(transport(StdioClientTransport, StreamableHTTPClientTransport));
  return made;
}

async function connectV2() {
  const { Client, StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
  const { StdioClientTransport } = await import("@modelcontextprotocol/client/stdio");
  const options = { versionNegotiation: { mode: { pin: "2026-07-28" } } };
  const made = new Client({ name: "typescript-v2", version: "1" }, options);
  await made.connect(transport(StdioClientTransport, StreamableHTTPClientTransport));
  return made;
}

function transport(Stdio, Http) {
  if (target[0].startsWith("http")) return new Http(new URL(target[0]));
  return new Stdio({ command: target[0], args: target.slice(1), stderr: "inherit", env: process.env });
}

async function converse() {
  const { tools } = await client.listTools();
  const names = tools.map((tool) => tool.name);
  for (const name of ["log_behavior", "train_model", "recommend", "explain_recommendation"]) assert(names.includes(name));
  const me = `${era}-0`;

  const logged = await call("log_behavior", { events: history(), items: catalogue() });
  assert.equal(logged.accepted + logged.duplicates, USERS * EVENTS);

  const began = await call("train_model", { preset: "quick", wait_seconds: 0 });
  const told = await follow(began.job_id);
  const trained = await finish(began.job_id);
  assert.equal(trained.status, "completed");
  if (told) assert.ok(updated.includes(told), "no update of the job was told");

  const list = await call("recommend", { user_id: me, k: 3 });
  assert.ok(list.items.length > 0 && list.recommendation_id);

  const shown = { recommendation_id: list.recommendation_id, item_id: list.items[0].item_id };
  const reasons = await call("explain_recommendation", shown);
  assert.equal(reasons.item_id, shown.item_id);

  const timeline = await call("summarize_user_timeline", { user_id: me });
  assert.equal(timeline.events, EVENTS);

  const status = JSON.parse((await client.readResource({ uri: "temporec://status" })).contents[0].text);
  assert.ok(status.events >= USERS * EVENTS);
  console.log(`${era} over ${target[0].startsWith("http") ? "HTTP" : "stdio"}: ${client.getServerVersion().name}, ` +
    `${tools.length} tools; accepted ${logged.accepted}; ${trained.model_id}; ${list.items.length} items ` +
    `(${list.strategy}); explained ${reasons.item_id}, verified ${reasons.verified}; ${timeline.events} events`);
}

async function call(name, args) {
  const result = await client.callTool(...(era === "v1" ? [{ name, arguments: args }, undefined, TRAINING_TIMEOUT] :
    [{ name, arguments: args }, TRAINING_TIMEOUT]));
  assert.ok(!result.isError, `${name}: ${result.content[0].text}`);
  assert.ok(result.content[0].text.startsWith(result.structuredContent.summary), `${name}: the text is not complete`);
  return result.structuredContent;
}

/** Follow the job where resources can be followed one by one; give its address, or nothing in the newer protocol. */
async function follow(jobId) {
  if (era !== "v1") return undefined;
  const uri = `temporec://jobs/${jobId}`;
  await client.subscribeResource({ uri });
  return uri;
}

async function finish(jobId) {
  for (;;) {
    const job = await call("get_training_status", { job_id: jobId, wait_seconds: 45 });
    if (!["queued", "running"].includes(job.status)) {
      await new Promise((done) => setTimeout(done, 2_500)); // the last update comes at the next look at the job
      return job;
    }
  }
}

function catalogue() {
  return Array.from({ length: ITEMS }, (_, n) => ({ item_id: `film-${n}`, title: `Film number ${n}`,
    categories: [n % 2 ? "drama" : "comedy"] }));
}

function history() {
  const start = Date.UTC(2026, 0, 1) / 1_000;
  return Array.from({ length: USERS * EVENTS }, (_, n) => ({ user_id: `${era}-${n % USERS}`, action: "watch",
    item_id: `film-${(n % USERS + Math.floor(n / USERS) * 2) % ITEMS}`, timestamp: start + n * 3_600 }));
}
