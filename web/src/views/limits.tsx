import { api, type Values } from "../api/client";
import type { LimitsUse, NodeLimits, SetResult, Setting } from "../api/types";
import { InForce } from "../components/in-force";
import { Loading, Notice, Trouble } from "../components/empty";
import { Page, Section } from "../components/page";
import { ScheduleEditor } from "../components/schedule-editor";
import { SettingsForm } from "../components/settings-form";
import { Select } from "../components/field";
import { tell } from "../components/toast";
import { navigate, route } from "../router";
import { communities, nameOf, readAll, status, trouble } from "../store";
import { t } from "../strings";

/** Where limits are set: the node, which has no id, or a community. */
export interface Scope {
  id?: string;
  settings: Setting[];
  limits: NodeLimits | LimitsUse;
}

/** Sets limits of the node or of a community, all or none, and says that they hold. Throws a Problem. */
async function put(id: string | undefined, values: Values): Promise<void> {
  const result: SetResult = id === undefined ? await api.setLimits(values) : await api.setCommunity(id, values);
  tell(result.daemon === "told" ? t().limits.saved : t().limits.savedLater);
  await readAll();
}

const groups = {
  node: [
    { title: "rates", keys: ["up", "down"] },
    { title: "alternatives", keys: ["alternative", "alternative_up", "alternative_down"] },
    { title: "room", keys: ["cap", "min_free"] },
    { title: "behaviour", keys: ["pace", "timezone", "pause_on_battery", "pause_on_metered"] },
  ],
  community: [
    { title: "rates", keys: ["up", "down"] },
    { title: "room", keys: ["cap", "pins", "drop_messages_on_evict", "evict_originals"] },
    { title: "behaviour", keys: ["serve", "fetch", "paused"] },
  ],
} as const;

function ScopeChoice({ id }: { id: string | undefined }) {
  const s = t().limits;
  return (
    <div class="scope">
      <Select
        label={s.scope}
        value={id ?? ""}
        options={[
          { value: "", label: s.scopeNode },
          ...communities.value.map((c) => ({ value: c.id, label: nameOf(c) })),
        ]}
        onChange={(value) => navigate(value === "" ? { view: "limits" } : { view: "limits", of: value })}
      />
    </div>
  );
}

function DamagedRows({ limits }: { limits: NodeLimits | LimitsUse }) {
  const s = t().limits;
  return (
    <>
      {(limits.damaged ?? []).map((d) => (
        <Notice key={d.key} kind="bad" icon="alert">
          <p>{s.damaged(s.keys[d.key] ?? d.key, d.value)}</p>
          <p>{d.stops ? s.damagedStops : s.damagedInForce(d.in_force ?? "")}</p>
          <p class="small quiet">{d.hint}</p>
        </Notice>
      ))}
    </>
  );
}

function valueOf(settings: Setting[], key: string): string {
  return settings.find((x) => x.key === key)?.value ?? "";
}

function Scoped({ scope, zone, alternative }: { scope: Scope; zone: string; alternative: boolean }) {
  const s = t().limits;
  const save = (values: Values) => put(scope.id, values);
  const owner = communities.value.find((c) => c.id === scope.id)?.role === "owner";
  const shown = (key: string) => key !== "evict_originals" || owner;
  return (
    <>
      <DamagedRows limits={scope.limits} />
      <InForce scope={scope} zone={zone} />
      <div class={scope.id === undefined ? "limit-groups" : "limit-groups three"}>
        {groups[scope.id === undefined ? "node" : "community"].map((g) => (
          <Section key={g.title} title={s[g.title]}>
            <SettingsForm
              scope={scope}
              settings={g.keys.filter(shown).flatMap((k) => scope.settings.find((x) => x.key === k) ?? [])}
              save={save}
            />
          </Section>
        ))}
      </div>
      <Section title={t().schedule.title} class="schedule">
        <ScheduleEditor
          key={scope.id ?? ""}
          of={scope.id ?? ""}
          text={valueOf(scope.settings, "schedule")}
          zone={zone}
          usual={{ up: valueOf(scope.settings, "up"), down: valueOf(scope.settings, "down") }}
          overruled={alternative && scope.id === undefined}
          check={(values, signal) => api.check(values, scope.id, signal)}
          save={(text) => save({ schedule: text })}
        />
      </Section>
    </>
  );
}

function scopeOf(id: string | undefined): Scope | undefined {
  const node = status.value?.limits;
  if (id === undefined) {
    return node && { settings: node.settings ?? [], limits: node };
  }
  const limits = communities.value.find((c) => c.id === id)?.limits;
  return limits && { id, settings: limits.settings ?? [], limits };
}

/** What may be used of the machine and the network, by all communities or by one, at each time of the week. */
export function Limits() {
  const s = t().limits;
  const at = route.value;
  const id = at.view === "limits" ? at.of : undefined;
  const scope = scopeOf(id);
  const node = status.value?.limits.settings ?? [];
  return (
    <Page title={t().nav.limits} lead={s.intro} actions={status.value && <ScopeChoice id={id} />}>
      {trouble.value && !status.value && <Trouble problem={trouble.value} />}
      {!status.value && !trouble.value && <Loading what={t().trouble.loading} />}
      {status.value && !scope && <Notice kind="warn">{s.unknownScope}</Notice>}
      {scope && (
        <Scoped
          key={id ?? ""}
          scope={scope}
          zone={valueOf(node, "timezone") || "local"}
          alternative={valueOf(node, "alternative") === "on"}
        />
      )}
    </Page>
  );
}
