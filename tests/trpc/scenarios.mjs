/** The real client of the documentation against a running server. Prints for each scenario null, or what went wrong. */

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

import { cookies, ownFetch, requests } from "./browser.mjs";
import { createTRPCClient, httpBatchLink, httpBatchStreamLink, httpLink, TRPCClientError } from "@trpc/client";
import { stepUpLink } from "./step-up.js";
import { client, trpc } from "./trpc.js";
import { codeOf } from "./totp.mjs";

const { SERVER, SECRET, ADMIN, PASSWORD, ROLES } = process.env;
const anotherTab = await import("./trpc.js?another-tab");
const authorization = await tokenOf(ADMIN);
const admin = createTRPCClient({ links: [httpLink({ url: `${SERVER}/trpc`, headers: { authorization } })] });
const scenarios = {};
let person = 0;

async function tokenOf(email) {
  const body = JSON.stringify({ grant_type: "password", email, password: PASSWORD });
  const headers = { "content-type": "application/json" };
  const answer = await ownFetch(`${SERVER}/auth/token`, { method: "POST", body, headers });
  return `Bearer ${(await answer.json()).access_token}`;
}

/** Somebody new, signed in through the browser client. */
async function signIn() {
  const email = `person${++person}@example.com`;
  cookies.clear();
  await client.register({ email, password: PASSWORD });
  return client.signIn({ email, password: PASSWORD });
}

/** The access token in the cookie becomes one that expired a minute ago. */
function expire() {
  const [head, body] = cookies.get("access_token_cookie").split(".");
  const claims = JSON.parse(Buffer.from(body, "base64url"));
  const now = Math.floor(Date.now() / 1000);
  const old = Buffer.from(JSON.stringify({ ...claims, iat: now - 120, exp: now - 60 })).toString("base64url");
  const signature = createHmac("sha256", SECRET).update(`${head}.${old}`).digest("base64url");
  cookies.set("access_token_cookie", `${head}.${old}.${signature}`);
}

async function refused(promise) {
  const error = await promise.then(() => assert.fail("it was answered"), (reason) => reason);
  assert.ok(error instanceof TRPCClientError, String(error));
  return error;
}

const since = async (work) => {
  const before = requests.length;
  await work();
  return requests.slice(before).map(({ method, path, status }) => `${method} ${path} ${status}`);
};

scenarios["queries"] = async () => {
  cookies.clear();
  assert.equal(await trpc.auth.whoami.query(), null);
  const user = await signIn();
  assert.deepEqual(await trpc.auth.whoami.query(), user);
  assert.ok((await trpc.post.list.query()).items.length >= 0);
  assert.equal((await trpc.post.list.query({ limit: 1 })).next_cursor, null);
};

scenarios["mutations"] = async () => {
  const user = await signIn();
  const made = await trpc.post.create.mutate({ title: "Grüße 😀", body: "x".repeat(100_000) });
  assert.equal(made.owner_id, user.id);
  assert.equal(new Date(made.created_at).toISOString(), made.created_at);
  assert.deepEqual(await trpc.post.byId.query({ id: made.id }), made);
  assert.equal((await trpc.post.update.mutate({ id: made.id, title: "Bye" })).title, "Bye");
  assert.equal(await trpc.post.delete.mutate({ id: made.id }), undefined);
  assert.equal((await refused(trpc.post.byId.query({ id: made.id }))).data.code, "NOT_FOUND");
};

scenarios["a batch of mixed outcomes"] = async () => {
  const user = await signIn();
  let answers;
  const sent = await since(async () => {
    answers = await Promise.allSettled([
      trpc.auth.whoami.query(),
      trpc.admin.users.query(),
      trpc.post.byId.query({ id: "not an id" }),
      trpc.no.such.query(),
      trpc.post.list.query({ limit: 5 }),
    ]);
  });
  assert.deepEqual(sent, ["GET /trpc/auth.whoami,admin.users,post.byId,no.such,post.list 207"]);
  assert.equal(answers[0].value.id, user.id);
  const codes = answers.slice(1, 4).map(({ reason }) => reason.data.code);
  assert.deepEqual(codes, ["FORBIDDEN", "BAD_REQUEST", "NOT_FOUND"]);
  assert.equal(answers[1].reason.data.reason, "permission_required");
  assert.deepEqual(answers[2].reason.data.fields, { id: ["Not a valid UUID."] });
  assert.ok(Array.isArray(answers[4].value.items));
};

scenarios["more calls than one batch may hold"] = async () => {
  await signIn();
  const sent = await since(() => Promise.all(Array.from({ length: 45 }, () => trpc.auth.whoami.query())));
  assert.equal(sent.length, 3);
  const greedy = createTRPCClient({ links: [httpBatchLink({ url: `${SERVER}/trpc` })] });
  const errors = await Promise.all(Array.from({ length: 21 }, () => refused(greedy.auth.whoami.query())));
  assert.equal(errors[20].message, "Batch call exceeds maximum size");
};

scenarios["long inputs split into several requests"] = async () => {
  await signIn();
  const id = "x".repeat(300);
  const sent = await since(() => Promise.allSettled(Array.from({ length: 20 }, () => trpc.post.byId.query({ id }))));
  assert.ok(sent.length > 2);
  assert.ok(requests.every(({ url }) => url.length < 2100));
};

scenarios["an expiry in the middle of a batch"] = async () => {
  const user = await signIn();
  const own = await trpc.post.create.mutate({ title: "Mine", body: "", is_draft: true });
  expire();
  let answers;
  const sent = await since(async () => {
    const calls = [trpc.auth.whoami.query(), trpc.post.byId.query({ id: own.id }), trpc.post.list.query()];
    answers = await Promise.all(calls);
  });
  assert.equal(answers[0].id, user.id);
  assert.equal(answers[1].id, own.id);
  const batch = "GET /trpc/auth.whoami,post.byId,post.list";
  assert.deepEqual(sent, [`${batch} 207`, "POST /auth/refresh 200", `${batch} 200`]);
};

scenarios["an expired mutation is done once"] = async () => {
  await signIn();
  expire();
  const sent = await since(() => trpc.post.create.mutate({ title: "Once", body: "" }));
  assert.deepEqual(sent, ["POST /trpc/post.create 401", "POST /auth/refresh 200", "POST /trpc/post.create 200"]);
  const { items } = await trpc.post.list.query({ limit: 100 });
  assert.equal(items.filter(({ title }) => title === "Once").length, 1);
};

scenarios["an expiry in the middle of a mixed batch of mutations"] = async () => {
  await signIn();
  expire();
  let answers;
  const sent = await since(async () => {
    answers = await Promise.allSettled([trpc.post.create.mutate({ title: "Mixed", body: "" }), trpc.no.such.mutate()]);
  });
  assert.equal(answers[0].value.title, "Mixed");
  assert.equal(answers[1].reason.data.code, "NOT_FOUND");
  const expected = ["POST /trpc/post.create,no.such 207", "POST /auth/refresh 200", "POST /trpc/post.create 200"];
  assert.deepEqual(sent, expected);
};

scenarios["two tabs refresh once"] = async () => {
  const user = await signIn();
  expire();
  let answers;
  const sent = await since(async () => {
    answers = await Promise.all([
      trpc.auth.whoami.query(),
      anotherTab.trpc.auth.whoami.query(),
      anotherTab.trpc.post.create.mutate({ title: "From the other tab", body: "" }),
      trpc.post.list.query(),
    ]);
  });
  assert.deepEqual([answers[0].id, answers[1].id, answers[2].owner_id], [user.id, user.id, user.id]);
  assert.equal(sent.filter((line) => line.startsWith("POST /auth/refresh")).length, 1);
};

scenarios["a session that is over"] = async () => {
  await signIn();
  const seen = [];
  const stop = client.onChange(({ type }) => seen.push(type));
  await client.call("POST", "auth/logout-all");
  const kept = cookies.get("access_token_cookie");
  assert.equal(kept, undefined);
  const nobody = await refused(trpc.post.create.mutate({ title: "x", body: "" }));
  assert.deepEqual([nobody.data.code, nobody.data.reason], ["UNAUTHORIZED", "not_authenticated"]);
  await signIn();
  const [token, refresh] = ["access_token_cookie", "refresh_token_cookie"].map((name) => cookies.get(name));
  await client.call("POST", "auth/logout-all");
  cookies.set("access_token_cookie", token);
  cookies.set("refresh_token_cookie", refresh);
  expire();
  const over = await refused(trpc.post.create.mutate({ title: "x", body: "" }));
  assert.equal(over.data?.httpStatus ?? over.cause.status, 401);
  stop();
  assert.ok(seen.includes("signed-out"));
};

scenarios["another role holds from the next call on"] = async () => {
  const user = await signIn();
  assert.equal((await refused(trpc.admin.users.query())).data.code, "FORBIDDEN");
  await admin.admin.setRole.mutate({ id: user.id, role: "staff" });
  assert.ok((await trpc.admin.users.query({ q: user.email })).items.some(({ id }) => id === user.id));
  await admin.admin.setRole.mutate({ id: user.id, role: "user" });
  assert.equal((await refused(trpc.admin.users.query())).data.code, "FORBIDDEN");
  const bad = await refused(admin.admin.setRole.mutate({ id: user.id, role: "wizard" }));
  assert.deepEqual(bad.data.fields, { role: [`Must be one of: ${ROLES}.`] });
};

scenarios["a second factor is asked for, shown, and the calls are done"] = async () => {
  await signIn();
  const first = cookies.all();
  cookies.clear(); // another browser
  await client.signIn({ email: `person${person}@example.com`, password: PASSWORD });
  const { secret } = await trpc.totp.begin.mutate();
  await trpc.totp.confirm.mutate({ code: codeOf(secret, -1) });
  cookies.put(first); // a session that has shown the password alone
  const error = await refused(trpc.totp.begin.mutate());
  const { code, reason, facts } = error.data;
  assert.deepEqual([code, reason, facts.methods], ["FORBIDDEN", "assurance_required", ["totp"]]);

  const asked = [];
  const show = async (methods) => {
    asked.push(methods);
    await trpc.totp.verify.mutate({ code: codeOf(secret) });
    return true;
  };
  const stepping = (link) => createTRPCClient({ links: [link, httpBatchLink({ url: "/trpc", fetch: client.fetch })] });
  const calm = stepping(stepUpLink(async () => false));
  assert.equal((await refused(calm.recoveryCode.renew.mutate())).data.reason, "assurance_required");
  const willing = stepping(stepUpLink(show));
  const [codes, begun] = await Promise.all([willing.recoveryCode.renew.mutate(), willing.totp.begin.mutate()]);
  assert.deepEqual([codes.codes.length, asked], [10, [["totp"]]]);
  assert.ok(begun.secret);
};

scenarios["a cookie without the csrf header"] = async () => {
  await signIn();
  const careless = createTRPCClient({ links: [httpBatchLink({ url: `${SERVER}/trpc` })] });
  const both = await Promise.all(["a", "b"].map((title) => refused(careless.post.create.mutate({ title, body: "" }))));
  assert.deepEqual(both.map(({ data }) => [data.code, data.reason]), [["FORBIDDEN", "csrf"], ["FORBIDDEN", "csrf"]]);
};

scenarios["a bearer token wins over the cookie"] = async () => {
  await signIn();
  const users = await admin.admin.users.query({ role: "admin" });
  assert.equal((await admin.auth.whoami.query()).email, ADMIN);
  assert.equal(users.items[0].email, ADMIN);
};

scenarios["the stream link"] = async () => {
  const user = await signIn();
  for (const streamHeader of ["trpc-accept", "accept"]) {
    const streaming = createTRPCClient({
      links: [httpBatchStreamLink({ url: `${SERVER}/trpc`, fetch: client.fetch, streamHeader })],
    });
    const [me, none, gone] = await Promise.allSettled([
      streaming.auth.whoami.query(),
      streaming.admin.users.query(),
      streaming.post.byId.query({ id: user.id }),
    ]);
    assert.equal(me.value.id, user.id);
    assert.deepEqual([none.reason.data.code, gone.reason.data.code], ["FORBIDDEN", "NOT_FOUND"]);
    const made = await streaming.post.create.mutate({ title: "Streamed", body: "" });
    assert.equal(await streaming.post.delete.mutate({ id: made.id }), undefined);
    const many = await Promise.allSettled(Array.from({ length: 21 }, () => streaming.auth.whoami.query()));
    assert.equal(many[0].reason.data.code, "BAD_REQUEST");
  }
};

scenarios["a method override is refused"] = async () => {
  const overriding = createTRPCClient({ links: [httpLink({ url: `${SERVER}/trpc`, methodOverride: "POST" })] });
  cookies.clear();
  assert.equal((await refused(overriding.auth.whoami.query())).data.code, "METHOD_NOT_SUPPORTED");
};

scenarios["a body that is too large"] = async () => {
  await signIn();
  const error = await refused(trpc.post.create.mutate({ title: "x", body: "x".repeat(2_000_000) }));
  assert.equal(error.data.code, "PAYLOAD_TOO_LARGE");
};

const results = {};
for (const [name, scenario] of Object.entries(scenarios)) {
  results[name] = await scenario().then(() => null, (error) => String(error?.stack ?? error));
}
console.log(JSON.stringify(results));
process.exit(0);
