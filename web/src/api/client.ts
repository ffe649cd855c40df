import { signal } from "@preact/signals";
import { parseVisible } from "../visible";
import type {
  Announcement,
  ActivityEvent,
  Checked,
  CommunityInfo,
  Configuration,
  Details,
  DoctorReport,
  History,
  KeyBackup,
  LeaveResult,
  Operation,
  ProblemBody,
  Range,
  ReloadResult,
  Series,
  Session,
  SessionBegun,
  SetResult,
  Span,
  Status,
  Transfers,
} from "./types";

/** Whether somebody is logged in; unknown until the server has said so. */
export const session = signal<"unknown" | "in" | "out">("unknown");

/** What went wrong, in the words of the server (RFC 9457). */
export class Problem extends Error {
  override name = "Problem";
  constructor(
    /** HTTP status; 0 when the server was not reached. */
    readonly status: number,
    /** A stable word: not_found, invalid, conflict, unreachable, ... */
    readonly code: string,
    message: string,
    readonly hint: string = "",
    /** Messages by place, such as a setting's key. */
    readonly fields: Record<string, string> = {},
    /** Seconds after which it may be tried again; 0 when the server did not say. */
    readonly retryAfter = 0,
  ) {
    super(message);
  }
}

/** Makes a Problem of whatever was thrown. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) {
    return thrown;
  }
  return new Problem(0, "internal", thrown instanceof Error ? thrown.message : String(thrown));
}

/**
 * What every request carries beside the cookie. The browser sends the cookie to whatever
 * listens at another port of the node's machine; its storage is kept by port.
 */
const CSRF = "seeder-csrf";
let csrf = "";

/** Another tab may have logged in since. */
function csrfNow(): string {
  try {
    return localStorage.getItem(CSRF) ?? csrf;
  } catch {
    return csrf;
  }
}

function keepCsrf(value: string): void {
  csrf = value;
  try {
    localStorage.setItem(CSRF, value);
  } catch {
    // Without storage it holds until the page is closed.
  }
}

async function problemFrom(answer: Response): Promise<Problem> {
  let body: Partial<ProblemBody> = {};
  try {
    body = parseVisible(await answer.text()) as ProblemBody;
  } catch {
    // A proxy answered, or nobody: the status has to do.
  }
  const fields: Record<string, string> = {};
  for (const e of body.errors ?? []) {
    fields[e.location.replace(/\[\d+\]$/, "").replace(/^.*[./]/, "")] = e.message;
  }
  const message = body.detail || body.title || `${answer.status} ${answer.statusText}`;
  const retryAfter = Number(answer.headers.get("Retry-After") ?? 0);
  return new Problem(answer.status, body.code ?? "http", message, body.hint, fields, retryAfter > 0 ? retryAfter : 0);
}

export interface RequestOptions {
  body?: unknown;
  signal?: AbortSignal | undefined;
  headers?: Record<string, string>;
}

/** Sends a request and returns the answer, which is a good one; else it throws a Problem. */
export async function send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
  if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  const secret = csrfNow();
  if (secret !== "") {
    headers["X-CSRF-Token"] = secret;
  }
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers,
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.signal ?? null,
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
    });
  } catch (thrown) {
    if (options.signal?.aborted) {
      throw thrown;
    }
    throw new Problem(0, "unreachable", "");
  }
  if (answer.ok) {
    return answer;
  }
  const problem = await problemFrom(answer);
  if (problem.status === 401 && path !== "/session") {
    session.value = "out";
  }
  throw problem;
}

/** Milliseconds after which nobody waits for an answer any more: a machine that slept, or a network that is gone, says nothing. */
const PATIENCE = 60_000;

async function call<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const given = options.signal;
  const abort = new AbortController();
  const end = () => abort.abort();
  const timer = setTimeout(end, PATIENCE);
  given?.addEventListener("abort", end);
  try {
    given?.throwIfAborted();
    const text = await (await send(method, path, { ...options, signal: abort.signal })).text();
    return (text === "" ? undefined : parseVisible(text)) as T;
  } catch (thrown) {
    throw abort.signal.aborted && !given?.aborted ? new Problem(0, "unreachable", "") : thrown;
  } finally {
    clearTimeout(timer);
    given?.removeEventListener("abort", end);
  }
}

/** Asks whether somebody is logged in. */
export async function refreshSession(): Promise<boolean> {
  const now = await call<Session>("GET", "/session").catch((thrown: unknown) => {
    if (problemOf(thrown).status === 401) {
      return { authenticated: false } satisfies Session;
    }
    throw thrown;
  });
  session.value = now.authenticated ? "in" : "out";
  return now.authenticated;
}

/** Logs in with the token of the node, which is kept nowhere: the browser gets a cookie that scripts cannot read, and what goes with it. */
export async function logIn(token: string): Promise<void> {
  keepCsrf((await call<SessionBegun>("POST", "/session", { body: { token } })).csrf);
  await refreshSession();
}

export async function logOut(): Promise<void> {
  await call("DELETE", "/session");
  keepCsrf("");
  session.value = "out";
}

const of = (id: string) => `/v1/communities/${encodeURIComponent(id)}`;

const query = (values: Record<string, string | number | boolean | undefined>) => {
  const given = Object.entries(values).filter(([, v]) => v !== undefined);
  return given.length === 0 ? "" : "?" + new URLSearchParams(given.map(([k, v]) => [k, String(v)])).toString();
};

/** Values of settings by key; null takes back what was set. */
export type Values = Record<string, string | null>;

/** Every request of the API that the dashboard makes. */
export const api = {
  status: (signal?: AbortSignal) => call<Status>("GET", "/v1/status", { signal }),
  community: (id: string, signal?: AbortSignal) => call<Details>("GET", of(id), { signal }),
  history: (id: string, signal?: AbortSignal) => call<History>("GET", of(id) + "/history", { signal }),
  transfers: (id: string, signal?: AbortSignal) => call<Transfers>("GET", of(id) + "/transfers", { signal }),
  announcements: (id: string, signal?: AbortSignal) =>
    call<{ announcements: Announcement[] }>("GET", of(id) + "/announcements", { signal }).then((a) => a.announcements),
  rates: (id: string | undefined, range: Range, signal?: AbortSignal) =>
    call<Series>("GET", (id === undefined ? "/v1" : of(id)) + "/rates" + query({ range }), { signal }),

  create: (name: string) => call<CommunityInfo>("POST", "/v1/communities", { body: { role: "owner", name } }),
  join: (id: string, name: string, peers: string[] = []) =>
    call<CommunityInfo>("POST", "/v1/communities", {
      body: { role: "member", id, name, ...(peers.length > 0 ? { peers } : {}) },
    }),
  rename: (id: string, name: string) => call<undefined>("PATCH", of(id), { body: { name } }),
  leave: (id: string, deleteMessages: boolean) =>
    call<LeaveResult>("DELETE", of(id) + query({ delete_messages: deleteMessages })),
  setCommunity: (id: string, values: Values) => call<SetResult>("PATCH", of(id) + "/settings", { body: values }),
  pause: (id: string) => call<SetResult>("POST", of(id) + "/pause"),
  resume: (id: string) => call<SetResult>("POST", of(id) + "/resume"),
  pin: (id: string, span: Span) => call<SetResult>("POST", of(id) + "/pins", { body: span }),
  unpin: (id: string, span: Span) => call<SetResult>("DELETE", of(id) + "/pins" + query({ ...span })),
  fetch: (id: string, span: Span) => call<Operation>("POST", of(id) + "/fetch", { body: span }),
  begin: (id: string, kind: "archive" | "replay" | "audit", span?: Span) =>
    call<Operation>("POST", of(id) + "/" + kind, span === undefined ? {} : { body: span }),
  keyBackup: (id: string, token: string) => call<KeyBackup>("POST", of(id) + "/key-backup", { body: { token } }),

  operations: (open?: boolean, signal?: AbortSignal) =>
    call<{ operations: Operation[] }>("GET", "/v1/operations" + query({ open }), { signal }).then((a) => a.operations),
  communityOperations: (id: string, signal?: AbortSignal) =>
    call<{ operations: Operation[] }>("GET", of(id) + "/operations", { signal }).then((a) => a.operations),
  operation: (id: string, signal?: AbortSignal) =>
    call<Operation>("GET", "/v1/operations/" + encodeURIComponent(id), { signal }),
  activity: (limit: number, before?: string, signal?: AbortSignal) =>
    call<{ events: ActivityEvent[] }>("GET", "/v1/activity" + query({ limit, before }), { signal }).then(
      (a) => a.events,
    ),

  setLimits: (values: Values) => call<SetResult>("PATCH", "/v1/limits", { body: values }),
  check: (values: Record<string, string>, community?: string, signal?: AbortSignal) =>
    call<{ checked: Checked[] }>("POST", "/v1/limits/check", { body: { community, values }, signal }).then(
      (a) => a.checked,
    ),

  config: (signal?: AbortSignal) => call<Configuration>("GET", "/v1/config", { signal }),
  reload: () => call<ReloadResult>("POST", "/v1/config/reload"),
  logLevel: (signal?: AbortSignal) => call<{ level: string }>("GET", "/v1/log-level", { signal }),
  setLogLevel: (level: string) => call<{ level: string }>("PUT", "/v1/log-level", { body: { level } }),
  doctor: (signal?: AbortSignal) => call<DoctorReport>("GET", "/v1/doctor", { signal }),
};

/** Fetches the diagnostics bundle, a zip archive. */
export async function diagnostics(): Promise<Blob> {
  return (await send("GET", "/v1/diagnostics", { headers: { Accept: "application/zip" } })).blob();
}
