import { useState } from "preact/hooks";
import { follow } from "../asked";
import { api, problemOf, type Problem } from "../api/client";
import type { Summary } from "../api/types";
import { toClipboard } from "../clipboard";
import { Button } from "../components/button";
import { Dialog } from "../components/dialog";
import { Field, NAME } from "../components/field";
import { KeyBackupDialog } from "../components/key-backup";
import { Menu, type MenuItem } from "../components/menu";
import { Switch } from "../components/switch";
import { fail, tell } from "../components/toast";
import { bytes } from "../format";
import { navigate } from "../router";
import { nameOf, readAll } from "../store";
import { t } from "../strings";

function RenameDialog({ of: c, onClose }: { of: Summary; onClose: () => void }) {
  const s = t();
  const [name, setName] = useState(c.name);
  const [problem, setProblem] = useState<Problem>();
  const save = async () => {
    try {
      await api.rename(c.id, name.trim());
      tell(s.community.renamed);
      await readAll();
      onClose();
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
  };
  return (
    <Dialog
      open
      title={s.community.renameTitle}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{s.common.cancel}</Button>
          <Button kind="primary" onClick={save}>
            {s.common.save}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <Field
          label={s.community.rename}
          hint={s.community.renameHint}
          value={name}
          onInput={setName}
          error={problem && (problem.fields.name ?? problem.message)}
          maxLength={NAME}
          autoFocus
        />
      </form>
    </Dialog>
  );
}

function LeaveDialog({ of: c, onClose }: { of: Summary; onClose: () => void }) {
  const s = t().community;
  const [messages, setMessages] = useState(false);
  const leave = async () => {
    try {
      const result = await api.leave(c.id, messages);
      tell(s.left(bytes(result.freed_bytes)));
      navigate({ view: "communities" });
      await readAll();
    } catch (thrown) {
      fail(problemOf(thrown));
    }
  };
  return (
    <Dialog
      open
      title={s.leaveTitle(nameOf(c))}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t().common.cancel}</Button>
          <Button kind="danger" onClick={leave}>
            {s.leaveDo}
          </Button>
        </>
      }
    >
      <p>{s.leaveText(bytes(c.limits?.storage.used ?? c.bytes))}</p>
      {c.role === "owner" && <p>{s.leaveOwner}</p>}
      <Switch label={s.leaveMessages} checked={messages} onChange={setMessages} />
    </Dialog>
  );
}

/** What is done with a community now and then. */
export function CommunityMenu({ of: c }: { of: Summary }) {
  const s = t().community;
  const [dialog, setDialog] = useState<"rename" | "leave" | "key">();
  const begin = (kind: "archive" | "audit" | "replay") => async () => {
    try {
      void follow(await api.begin(c.id, kind));
    } catch (thrown) {
      fail(problemOf(thrown));
    }
  };
  // Where the browser forbids it, the id is shown to be copied by hand.
  const copy = async () => tell((await toClipboard(c.id)) ? s.idCopied : c.id);
  const items: MenuItem[] = [
    ...(c.role === "owner"
      ? [{ label: s.archiveNow, icon: "communities" as const, onSelect: () => void begin("archive")() }]
      : []),
    { label: s.audit, icon: "check", onSelect: () => void begin("audit")() },
    { label: s.replay, icon: "work", onSelect: () => void begin("replay")() },
    { label: s.rename, icon: "settings", onSelect: () => setDialog("rename") },
    { label: s.copyId, icon: "copy", onSelect: () => void copy() },
    ...(c.role === "owner"
      ? [{ label: t().backup.remind, icon: "key" as const, onSelect: () => setDialog("key") }]
      : []),
    { label: s.leave, icon: "evicted", danger: true, onSelect: () => setDialog("leave") },
  ];
  const close = () => setDialog(undefined);
  return (
    <>
      <Menu label={t().common.more} items={items} />
      {dialog === "rename" && <RenameDialog of={c} onClose={close} />}
      {dialog === "key" && <KeyBackupDialog id={c.id} open onClose={close} />}
      {dialog === "leave" && <LeaveDialog of={c} onClose={close} />}
    </>
  );
}
