// What the API answers, as package node of the server declares it. Spans are in
// seconds since 1970, other times in milliseconds, sizes in bytes, rates in bytes a
// second.

export type Role = "owner" | "member";
export type ArchiveState = "listed" | "downloading" | "stored" | "imported" | "evicted" | "quarantined";

export interface Span {
  from: number;
  to: number;
}

export interface Setting {
  key: string;
  value: string;
  /** default, set, or where the configuration has it. */
  from: string;
  otherwise: string;
}

export interface Damaged {
  key: string;
  value: string;
  in_force?: string;
  stops: boolean;
  hint: string;
}

export interface Flow {
  /** 0 for unlimited. */
  limit: number;
  rate: number;
  /** default, set, schedule, alternative, or where the configuration has it. */
  from: string;
  /** When the schedule may change it; 0 for never. */
  until: number;
  bytes: number;
  waiting: number;
  waited_seconds: number;
}

export interface StorageUse {
  used: number;
  reserved: number;
  overhead: number;
  /** 0 for none. */
  cap: number;
  from: string;
  archives: number;
  over?: number;
  over_reason?: string;
}

export interface Disk {
  free: number;
  total: number;
  keep: number;
  from: string;
}

export interface Mode {
  serve: boolean;
  fetch: boolean;
  archive: boolean;
  reason?: string;
}

export interface LimitsUse {
  mode: Mode;
  up: Flow;
  down: Flow;
  storage: StorageUse;
  peers: number;
  copies?: number | null;
  settings?: Setting[];
  damaged?: Damaged[];
}

export interface NodeLimits {
  up: Flow;
  down: Flow;
  storage: StorageUse;
  disk: Disk;
  battery: string;
  metered: string;
  settings?: Setting[];
  damaged?: Damaged[];
}

export interface CommunityLimits extends LimitsUse {
  id: string;
  name: string;
}

export interface Limits {
  running: boolean;
  answering: boolean;
  node: NodeLimits;
  communities: CommunityLimits[];
  notes?: string[];
}

export interface Work {
  /** announcement, fetch, archive or send. */
  part: string;
  state: "idle" | "working" | "waiting";
  reason: string;
  attempts: number;
  next_try: number;
  since: number;
}

export interface QuarantinedArchive {
  id: string;
  span: Span;
  reason: string;
  attempts: number;
  next_try: number;
}

export interface Fork {
  infohash: string;
  clock: number;
  winner: string;
  winner_clock: number;
  first_differing?: string;
  seen_at: number;
}

export interface Announced {
  clock: number;
  infohash?: string;
  magnet: string;
  own: boolean;
  sent_at: number;
  sent_peers: number;
}

export interface Summary {
  id: string;
  name: string;
  role: Role;
  archives: Partial<Record<ArchiveState, number>>;
  bytes: number;
  messages: { archived: number; pending: number; late: number };
  announcement?: Announced;
  work: Work[];
  quarantined: QuarantinedArchive[];
  forks: Fork[];
  limits?: LimitsUse;
}

export interface Archive {
  id: string;
  from: number;
  to: number;
  bytes: number;
  messages: number;
  sealed: boolean;
  state: ArchiveState;
  reason?: string;
  /** How many connected peers have all of it; absent while nobody knows. */
  copies?: number | null;
}

export interface Details extends Summary {
  answering: boolean;
  archive_list: Archive[];
}

export interface Status {
  running: boolean;
  pid?: number;
  version?: string;
  answering: boolean;
  waku?: string[];
  swarm?: string[];
  limits: NodeLimits;
  communities: Summary[];
  notes?: string[];
}

export interface MissingArchive {
  archive: string;
  state?: ArchiveState;
  reason?: string;
  next_try?: number;
}

export interface SpanHistory {
  span: Span;
  state: "complete" | "gap" | "pending" | "evicted";
  archived: number;
  amended: number;
  imported: number;
  missing: number;
  evicted: number;
  over_cap: number;
  quarantined: number;
  expected: number;
  canonical: number;
  late: number;
  pending: number;
  lacking: number;
  gaps?: MissingArchive[];
}

export interface History {
  community: string;
  indexed: boolean;
  spans: SpanHistory[];
  totals: SpanHistory;
}

export interface Operation {
  id: string;
  community: string;
  kind: string;
  state: "pending" | "running" | "done" | "failed";
  from: number;
  to: number;
  done: number;
  total: number;
  reason?: string;
  attempts: number;
  next_try: number;
  created_at: number;
  ended_at: number;
  result?: unknown;
}

export interface CommunityInfo {
  id: string;
  role: Role;
  name: string;
  operation?: string;
}

export interface SetResult {
  id?: string;
  name?: string;
  settings: Setting[];
  daemon: string;
}

export interface LeaveResult {
  id: string;
  name: string;
  freed_bytes: number;
  deleted_messages: number;
}

/** What POST /v1/limits/check answers for a key. */
export interface Checked {
  key: string;
  ok: boolean;
  value?: string;
  message?: string;
  accepts?: string;
}

export interface LimitKey {
  key: string;
  doc: string;
  accepts: string;
  default: string;
}

export interface LimitKeys {
  node: LimitKey[];
  community: LimitKey[];
}

export interface Peer {
  address: string;
  client: string;
  transport: "tcp" | "utp";
  direction: "in" | "out";
  encrypted: boolean;
  up_rate: number;
  down_rate: number;
  up_bytes: number;
  down_bytes: number;
  pieces_complete: number;
  pieces: number;
}

export interface Torrent {
  infohash: string;
  /** 0 until the torrent's metadata is known. */
  pieces: number;
  pieces_complete: number;
  peers: number;
}

export interface ArchiveTransfer {
  id: string;
  from: number;
  to: number;
  done_bytes: number;
  total_bytes: number;
  copies: number;
}

export interface Transfers {
  community: string;
  torrents: Torrent[];
  archives: ArchiveTransfer[];
  peers: Peer[];
}

export type Range = "1h" | "24h" | "7d";

/** Means over time; null where the node was down. CPU and memory are of the node only. */
export interface Series {
  range: Range;
  /** Seconds between two points. */
  step: number;
  /** Seconds since 1970. */
  times: number[];
  up: (number | null)[];
  down: (number | null)[];
  cpu?: (number | null)[];
  rss?: (number | null)[];
}

export interface Announcement {
  clock: number;
  infohash?: string;
  magnet: string;
  state: "received" | "waiting" | "sent";
  received_at: number;
  sent_at: number;
  sent_peers: number;
}

export interface KeyBackup {
  community: string;
  name: string;
  private: string;
}

export interface ActivityEvent {
  id: string;
  at: number;
  community?: string;
  kind: string;
  subject?: string;
  state?: string;
  text: string;
}

export interface LiveCommunity {
  id: string;
  up: number;
  down: number;
  peers: number;
  used: number;
  reserved: number;
}

export interface LiveFrame {
  at: number;
  node: { up: number; down: number; cpu: number; rss: number };
  communities: LiveCommunity[];
  operations: Pick<Operation, "id" | "done" | "total" | "state">[];
}

export interface Session {
  authenticated: boolean;
  csrf?: string;
}

export interface ConfigValue {
  key: string;
  value: unknown;
  source: string;
  doc?: string;
  accepts?: string;
}

export interface Configuration {
  file: string;
  values: ConfigValue[];
}

export interface Change {
  key: string;
  before: unknown;
  after: unknown;
}

export interface ReloadResult {
  applied: Change[];
  needs_restart: Change[];
}

export type CheckState = "ok" | "unknown" | "warn" | "fail";

export interface DoctorReport {
  at: number;
  state: CheckState;
  checks: { name: string; state: CheckState; seen: string; advice?: string }[];
}
