import { useState } from "preact/hooks";
import type { ConfigValue } from "../api/types";
import { t } from "../strings";
import { Badge } from "./badge";
import { Empty } from "./empty";
import { Field } from "./field";
import { Switch } from "./switch";

function shown(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? "" : value.join(", ");
  }
  return typeof value === "boolean" ? String(value) : String(value ?? "");
}

const sectionOf = (key: string) => (key.includes(".") ? (key.split(".")[0] ?? "") : "");

function Row({ value }: { value: ConfigValue }) {
  const s = t().settings;
  const text = shown(value.value);
  const set = value.source !== "default";
  return (
    <div class="config-row">
      <dt>
        <code>{value.key}</code>{" "}
        {value.reload ? <Badge tone="good">{s.liveMark}</Badge> : <Badge>{s.restartMark}</Badge>}
      </dt>
      <dd class="config-value">
        {text === "" ? <span class="faint">{s.empty}</span> : <code>{text}</code>}
        <span class={set ? "small strong" : "small faint"} title={value.source}>
          {value.source.replace(/^file .*[\\/]/, "file ")}
        </span>
      </dd>
      <dd class="config-doc quiet">
        {value.doc}
        {value.accepts && <span class="small faint"> {s.accepts(value.accepts)}</span>}
      </dd>
    </div>
  );
}

/** Every setting of the configuration: its value, where that comes from, and what it does. */
export function ConfigList({ values }: { values: ConfigValue[] }) {
  const s = t().settings;
  const [wanted, setWanted] = useState("");
  const [onlySet, setOnlySet] = useState(false);
  const words = wanted.toLowerCase().trim();
  const found = values.filter(
    (v) =>
      (!onlySet || v.source !== "default") &&
      (v.key.includes(words) ||
        (v.doc ?? "").toLowerCase().includes(words) ||
        shown(v.value).toLowerCase().includes(words)),
  );
  // All of it is long: sections open when something is looked for.
  const narrowed = words !== "" || onlySet;
  const count = (section: string) => {
    const all = values.filter((v) => sectionOf(v.key) === section);
    return s.settingsSet(all.filter((v) => v.source !== "default").length, all.length);
  };
  const sections = [...new Set(found.map((v) => sectionOf(v.key)))];
  return (
    <>
      <div class="config-filter">
        <Field label={s.search} type="search" value={wanted} onInput={setWanted} />
        <Switch label={s.onlyChanged} checked={onlySet} onChange={(on) => setOnlySet(on)} />
      </div>
      {found.length === 0 && (
        <Empty icon="settings" title={s.nothingFound}>
          {s.nothingFoundHint}
        </Empty>
      )}
      <div class="config-list">
        {sections.map((section) => (
          <details key={section} class="config-section" open={narrowed}>
            <summary>
              {s.sections[section] ?? section} <span class="small faint">{count(section)}</span>
            </summary>
            <dl>
              {found
                .filter((v) => sectionOf(v.key) === section)
                .map((v) => (
                  <Row key={v.key} value={v} />
                ))}
            </dl>
          </details>
        ))}
      </div>
    </>
  );
}
