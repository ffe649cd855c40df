import { useState } from "preact/hooks";
import { api, problemOf, type Problem } from "../api/client";
import type { KeyBackup as Backup } from "../api/types";
import { keyKept, keyShown, unkept } from "../backups";
import { download } from "../download";
import { nameOf } from "../store";
import { t } from "../strings";
import { Button } from "./button";
import { Copy } from "./copy";
import { Dialog } from "./dialog";
import { Notice } from "./empty";
import { Field } from "./field";
import { Icon } from "./icon";

/** A name for the file that says of which community it is, in characters that every system takes. */
function fileName(b: Backup): string {
  const name = b.name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  return `seeder-key-${name === "" ? "" : name + "-"}${b.community.slice(2, 12)}.txt`;
}

function AskToken({ id, onKey }: { id: string; onKey: (backup: Backup) => void }) {
  const s = t().backup;
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    try {
      onKey(await api.keyBackup(id, token.trim()));
    } catch (thrown) {
      setProblem(problemOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="stack"
      onSubmit={(e) => {
        e.preventDefault();
        if (!busy) {
          void submit();
        }
      }}
    >
      <p class="quiet">{s.askToken}</p>
      <Field
        label={s.token}
        type="password"
        value={token}
        onInput={(v) => {
          setToken(v);
          setProblem(undefined);
        }}
        error={problem?.message}
        hint={s.tokenHint}
        mono
      />
      <div class="row">
        <Button type="submit" kind="primary" icon="key" disabled={token.trim() === ""}>
          {busy ? s.showing : s.show}
        </Button>
      </div>
    </form>
  );
}

function ShownKey({ backup }: { backup: Backup }) {
  const s = t().backup;
  const save = () => download(new Blob([backup.private + "\n"], { type: "text/plain" }), fileName(backup));
  return (
    <div class="stack">
      <h3>{s.key}</h3>
      <p class="secret">
        <code>{backup.private}</code>
      </p>
      <div class="row">
        <Button icon="down" kind="primary" onClick={save}>
          {s.download}
        </Button>
        <Copy text={backup.private} label={s.copyKey} shown />
      </div>
      <p class="small quiet">{s.restore}</p>
    </div>
  );
}

/** Shows the key of an own community and asks that a copy is kept. */
export function KeyBackup({ id, onDone, onLater }: { id: string; onDone: () => void; onLater?: () => void }) {
  const s = t().backup;
  const [backup, setBackup] = useState<Backup>();
  const [kept, setKept] = useState(false);
  const show = (key: Backup) => {
    keyShown(id);
    setBackup(key);
  };
  const done = () => {
    keyKept(id);
    onDone();
  };
  return (
    <div class="backup stack">
      <Notice kind="warn" icon="key">
        <p>{s.why}</p>
        <p>{s.where}</p>
      </Notice>
      {backup ? <ShownKey backup={backup} /> : <AskToken id={id} onKey={show} />}
      {backup && (
        <label class="confirm">
          <input type="checkbox" checked={kept} onChange={(e) => setKept(e.currentTarget.checked)} />
          <span>{s.confirm}</span>
        </label>
      )}
      <div class="row">
        {backup && (
          <Button kind="primary" icon="check" disabled={!kept} onClick={done}>
            {s.done}
          </Button>
        )}
        {onLater && (
          <Button kind="quiet" onClick={onLater}>
            {s.later}
          </Button>
        )}
      </div>
    </div>
  );
}

/** The same in a dialog, for an owner who comes back to it. */
export function KeyBackupDialog({ id, open, onClose }: { id: string; open: boolean; onClose: () => void }) {
  return (
    <Dialog title={t().backup.title} open={open} onClose={onClose} wide>
      <KeyBackup id={id} onDone={onClose} />
    </Dialog>
  );
}

/** Stands above every view until the keys of all own communities have a copy. */
export function BackupReminder() {
  const s = t().backup;
  const list = unkept.value;
  const [open, setOpen] = useState<string>(); // the id; the list may change meanwhile
  const first = list[0];
  if (!first) {
    return null;
  }
  return (
    <div class="banner warn" role="region" aria-label={s.title}>
      <Icon name="key" />
      <p class="grow">{s.reminder(list.map(nameOf).join(", "))}</p>
      <Button small onClick={() => setOpen(first.id)}>
        {s.remind}
      </Button>
      {open && <KeyBackupDialog id={open} open onClose={() => setOpen(undefined)} />}
    </div>
  );
}
