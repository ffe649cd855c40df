import { api } from "../api/client";
import type { Summary } from "../api/types";
import { settingOf } from "../model";
import { readAll } from "../store";
import { t } from "../strings";
import { Switch } from "./switch";

/** Whether a community works at all, uploads and downloads. */
export function Switches({ of: c }: { of: Summary }) {
  const s = t().communities;
  const settings = c.limits?.settings;
  const paused = settingOf(settings, "paused") === "on";
  const set = (key: string) => async (checked: boolean) => {
    await api.setCommunity(c.id, { [key]: checked ? null : "off" });
    await readAll();
  };
  const pause = async (checked: boolean) => {
    await (checked ? api.pause(c.id) : api.resume(c.id));
    await readAll();
  };
  return (
    <div class="switches">
      <Switch label={s.paused} checked={paused} onChange={pause} />
      <Switch
        label={s.serve}
        about={s.serveAbout}
        checked={settingOf(settings, "serve") !== "off"}
        disabled={paused}
        onChange={set("serve")}
      />
      <Switch
        label={s.fetch}
        about={s.fetchAbout}
        checked={settingOf(settings, "fetch") !== "off"}
        disabled={paused}
        onChange={set("fetch")}
      />
    </div>
  );
}
