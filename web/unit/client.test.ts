import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api, logIn, logOut, Problem, refreshSession, session } from "../src/api/client";

interface Sent {
  path: string;
  method: string;
  headers: Record<string, string>;
}

let sent: Sent[] = [];
let answers: Response[] = [];

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

beforeEach(() => {
  sent = [];
  answers = [];
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    sent.push({ path, method: init.method ?? "GET", headers: init.headers as Record<string, string> });
    const answer = answers.shift();
    return answer ? Promise.resolve(answer) : Promise.reject(new TypeError("no network"));
  });
});

afterEach(() => vi.unstubAllGlobals());

test("every request carries what the log-in told, until the log-out", async () => {
  answers = [json({ csrf: "abc" }), json({ authenticated: true }), json({}), json({})];
  await logIn("token");
  await api.pause("0x02");
  await api.status();
  expect(session.value).toBe("in");
  localStorage.setItem("seeder-csrf", "def"); // another tab logged in
  answers = [json({}), new Response(null, { status: 204 }), json({ authenticated: false })];
  await api.status();
  await logOut();
  await refreshSession();
  const carried = sent.map((s) => s.headers["X-CSRF-Token"]);
  expect(carried).toEqual([undefined, "abc", "abc", "abc", "def", "def", undefined]);
});

test("a refusal has code, message, hint and the fields it is about", async () => {
  answers = [
    json(
      {
        title: "Unprocessable",
        detail: "cap: not a size",
        code: "invalid",
        hint: "use GiB",
        errors: [{ location: "body.cap", message: "not a size" }],
      },
      422,
    ),
  ];
  const problem = await api.setCommunity("0x02", { cap: "lots" }).catch((thrown: unknown) => thrown);
  expect(problem).toBeInstanceOf(Problem);
  expect(problem).toMatchObject({
    status: 422,
    code: "invalid",
    message: "cap: not a size",
    hint: "use GiB",
    fields: { cap: "not a size" },
  });
});

test("a refusal tells when to come back, and the field of a list that it is about", async () => {
  const refused = { status: 429, headers: { "Retry-After": "12" } };
  const errors = [{ location: "body.peers[0]", message: "no \u202eaddress" }];
  answers = [new Response(JSON.stringify({ code: "too_many_requests", errors }), refused), json({}, 500)];
  const fields = { peers: "no \\u202eaddress" };
  await expect(api.status()).rejects.toMatchObject({ status: 429, retryAfter: 12, fields });
  await expect(api.status()).rejects.toMatchObject({ status: 500, retryAfter: 0 });
});

test("text of others does nothing but being shown", async () => {
  answers = [json({ peers: [{ client: "\u202egnp.exe\u0000" }] })];
  await expect(api.transfers("0x02")).resolves.toEqual({ peers: [{ client: "\\u202egnp.exe\\x00" }] });
});

test("without a session everything else is left alone and the log-in is shown", async () => {
  session.value = "in";
  answers = [json({ code: "unauthorized" }, 401)];
  await expect(api.status()).rejects.toMatchObject({ status: 401 });
  expect(session.value).toBe("out");
});

test("a node that is away is told from one that refuses", async () => {
  await expect(api.status()).rejects.toMatchObject({ status: 0, code: "unreachable" });
});

test("what people type cannot leave its place in an address", async () => {
  answers = [json({})];
  await api.pause("../limits?x=1#y");
  expect(sent[0]?.path).toBe("/v1/communities/..%2Flimits%3Fx%3D1%23y/pause");
});

test("an answer that does not come counts as none, and a slow one of somebody who left as nothing", async () => {
  vi.useFakeTimers();
  vi.stubGlobal(
    "fetch",
    (_: string, init: RequestInit) =>
      new Promise((_resolve, reject) => init.signal?.addEventListener("abort", () => reject(new Error("aborted")))),
  );
  const waits = api.status().catch((thrown: unknown) => thrown);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await waits).toMatchObject({ status: 0, code: "unreachable" });
  const left = new AbortController();
  const leaves = api.status(left.signal).catch((thrown: unknown) => thrown);
  left.abort();
  expect(await leaves).toMatchObject({ message: "aborted" });
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
