// Names for what the API answers. schema.ts is made from the description of the API
// (`npm run schema`), which is made from the types of the server: nothing is declared
// twice. Spans are in seconds since 1970, other times in milliseconds, sizes in
// bytes, rates in bytes a second.

import type { components } from "./schema";

type Schemas = components["schemas"];

export type Activity = Schemas["Activity"];
export type ActivityEvent = Schemas["Event"];
export type Announcement = Schemas["Announcement"];
export type Archive = Schemas["Archive"];
export type Change = Schemas["Change"];
export type Checked = Schemas["Checked"];
export type CommunityInfo = Schemas["CommunityInfo"];
export type ConfigValue = Schemas["Value"];
export type Configuration = Schemas["Configuration"];
export type Details = Schemas["Details"];
export type Disk = Schemas["Disk"];
export type Flow = Schemas["Flow"];
export type DoctorReport = Schemas["Report"];
export type History = Schemas["History"];
export type KeyBackup = Schemas["KeyBackup"];
export type LeaveResult = Schemas["LeaveResult"];
export type Limits = Schemas["Limits"];
export type LimitsUse = Schemas["LimitsUse"];
export type LiveFrame = Schemas["Tick"];
export type NodeLimits = Schemas["NodeLimits"];
export type Operation = Schemas["Operation"];
export type Peer = Schemas["Peer"];
export type ProblemBody = Schemas["Problem"];
export type ReloadResult = Schemas["ReloadResult"];
export type Series = Schemas["Series"];
export type Session = Schemas["SessionState"];
export type SessionBegun = Schemas["SessionBegun"];
export type SetResult = Schemas["SetResult"];
export type Setting = Schemas["Setting"];
export type Span = Schemas["Span"];
export type SpanHistory = Schemas["SpanHistory"];
export type Status = Schemas["Status"];
export type Summary = Schemas["Summary"];
export type Torrent = Schemas["TorrentStats"];
export type Transfers = Schemas["Transfers"];
export type Work = Schemas["Work"];

export type Range = Series["range"];
export type CheckState = DoctorReport["state"];
