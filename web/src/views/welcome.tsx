import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { api, problemOf, type Problem } from "../api/client";
import type { CommunityInfo, Operation, Summary } from "../api/types";
import { Button, ButtonLink } from "../components/button";
import { Copy } from "../components/copy";
import { Notice, Trouble } from "../components/empty";
import { Field, NAME } from "../components/field";
import { Icon } from "../components/icon";
import { KeyBackup } from "../components/key-backup";
import { Progress } from "../components/meter";
import { Page } from "../components/page";
import { shortIds } from "../format";
import { useQuery } from "../hooks";
import { joinProgress } from "../model";
import { hrefOf, navigate } from "../router";
import { communities, nameOf, operations, readAll, status } from "../store";
import { t } from "../strings";

type Kind = "join" | "create";

function Choice({ kind, onChoose }: { kind: Kind; onChoose: (kind: Kind) => void }) {
  const s = t().welcome;
  return (
    <button type="button" class="big-choice" onClick={() => onChoose(kind)}>
      <span class="big-choice-icon">
        <Icon name={kind === "join" ? "peers" : "key"} size={22} />
      </span>
      <span class="big-choice-title">{s[kind]}</span>
      <span class="quiet">{kind === "join" ? s.joinHint : s.createHint}</span>
    </button>
  );
}

/** A step; one without a form takes the focus itself, so that it is read out. */
function Step({
  n,
  title,
  result,
  children,
}: {
  n: number;
  title: string;
  result?: boolean;
  children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (result) {
      heading.current?.focus();
    }
  }, [result]);
  return (
    <section class="section step">
      <p class="small faint">{t().welcome.step(n, 2)}</p>
      <h2 ref={heading} tabIndex={-1}>
        {title}
      </h2>
      {children}
    </section>
  );
}

/** What was refused, but for what the fields of the form say themselves. */
function Refusal({ problem, fields }: { problem: Problem | undefined; fields: string[] }) {
  const wrong = Object.keys(problem?.fields ?? {});
  if (!problem || (wrong.length > 0 && wrong.every((f) => fields.includes(f)))) {
    return null;
  }
  return <Trouble problem={problem} title={t().trouble.refused} />;
}

const idForm = /^0x[0-9a-fA-F]{66}$/;

function Actions({ label, onBack }: { label: string; onBack: () => void }) {
  return (
    <div class="row">
      <Button icon="left" onClick={onBack}>
        {t().welcome.back}
      </Button>
      <Button type="submit" kind="primary">
        {label}
      </Button>
    </div>
  );
}

/** Sends a form once at a time, and keeps what was refused. */
function useSending(send: () => Promise<void>) {
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const submit = (e: Event) => {
    e.preventDefault();
    if (busy) {
      return;
    }
    setBusy(true);
    setProblem(undefined);
    send()
      .catch((thrown: unknown) => setProblem(problemOf(thrown)))
      .finally(() => setBusy(false));
  };
  return { problem, busy, submit };
}

function JoinForm({ onBack, onJoined }: { onBack: () => void; onJoined: (info: CommunityInfo) => void }) {
  const s = t().welcome;
  const [id, setId] = useState("");
  const [name, setName] = useState("");
  const [peers, setPeers] = useState("");
  const [tried, setTried] = useState(false);
  const typed = id.trim();
  const known = communities.value.find((c) => c.id === typed.toLowerCase());
  const wrong = known ? s.idKnown(nameOf(known)) : tried && !idForm.test(typed) ? s.idBad : undefined;
  const { problem, busy, submit } = useSending(async () => {
    setTried(true);
    if (known || !idForm.test(typed)) {
      return;
    }
    const addresses = peers.split(/[\s,]+/).filter((p) => p !== "");
    const info = await api.join(typed, name.trim(), addresses);
    await readAll();
    onJoined(info);
  });
  return (
    <Step n={2} title={s.join}>
      <form class="stack" onSubmit={submit}>
        <Field
          label={s.idLabel}
          value={id}
          onInput={setId}
          hint={s.idHint}
          error={wrong ?? problem?.fields.id}
          placeholder="0x…"
          mono
          autoFocus
        />
        <Field
          label={s.nameLabel}
          value={name}
          onInput={setName}
          hint={s.nameHintJoin}
          error={problem?.fields.name}
          maxLength={NAME}
        />
        <Field
          label={s.peersLabel}
          value={peers}
          onInput={setPeers}
          hint={s.peersHint}
          error={problem?.fields.peers}
          mono
        />
        <Refusal problem={problem} fields={["id", "name", "peers"]} />
        <Actions label={busy ? s.joining : s.joinDo} onBack={onBack} />
      </form>
    </Step>
  );
}

function CreateForm({ onBack, onCreated }: { onBack: () => void; onCreated: (info: CommunityInfo) => void }) {
  const s = t().welcome;
  const [name, setName] = useState("");
  const [tried, setTried] = useState(false);
  const { problem, busy, submit } = useSending(async () => {
    setTried(true);
    if (name.trim() === "") {
      return;
    }
    const info = await api.create(name.trim());
    await readAll();
    onCreated(info);
  });
  const missing = tried && name.trim() === "" ? s.nameMissing : undefined;
  return (
    <Step n={2} title={s.create}>
      <form class="stack" onSubmit={submit}>
        <Field
          label={s.nameLabel}
          value={name}
          onInput={setName}
          hint={s.nameHintCreate}
          error={missing ?? problem?.fields.name}
          maxLength={NAME}
          autoFocus
        />
        <Refusal problem={problem} fields={["name"]} />
        <Actions label={busy ? s.creating : s.createDo} onBack={onBack} />
      </form>
    </Step>
  );
}

/** An operation as it stands: each second while it goes on, and how it ended. */
function useOperation(id: string | undefined, community: string): Operation | undefined {
  const read = useQuery(id, (signal) => api.operation(id ?? "", signal), community).data;
  const open = operations.value.find((o) => o.id === id);
  return read && read.ended_at > 0 ? read : (open ?? read);
}

/** What has to come before the archives of a community that was joined are known. */
function waitsFor(community: Summary | undefined): string {
  const s = t().welcome;
  const mode = community?.limits?.mode;
  if (mode?.reason && !mode.fetch) {
    return s.joinedStopped(mode.reason);
  }
  if (!community?.announcement) {
    return s.joinedWaiting;
  }
  return community.limits?.peers === 0 ? s.joinedNoPeer : s.joinedNoIndex;
}

function JoinProgress({ operation, community }: { operation: Operation | undefined; community: Summary | undefined }) {
  const s = t().welcome;
  const { here, total } = joinProgress(operation, community);
  const done = operation ? operation.state === "done" : total > 0 && here === total;
  if (operation?.state === "failed") {
    return (
      <Notice kind="bad" icon="alert">
        {s.joinedFailed(shortIds(operation.reason ?? ""))}
      </Notice>
    );
  }
  const text = done ? s.joinedDone : total === 0 ? waitsFor(community) : s.joinedProgress(String(here), String(total));
  return (
    <div class="stack" data-join={done ? "done" : "under way"}>
      <Progress label={text} done={here} total={done ? Math.max(1, here) : total} />
      <p role="status">{text}</p>
      {!done && operation?.reason && operation.total > 0 && <p class="small quiet">{shortIds(operation.reason)}</p>}
      {!done && <p class="small quiet">{s.joinedOnItsOwn}</p>}
    </div>
  );
}

function Joined({ info, onAnother }: { info: CommunityInfo; onAnother: () => void }) {
  const s = t().welcome;
  const community = communities.value.find((c) => c.id === info.id);
  const name = community ? nameOf(community) : nameOf(info);
  const operation = useOperation(info.operation, info.id);
  return (
    <Step n={2} title={s.joinedTitle(name)} result>
      <JoinProgress operation={operation} community={community} />
      <div class="row">
        <ButtonLink kind="primary" href={hrefOf({ view: "community", id: info.id })}>
          {s.toCommunity}
        </ButtonLink>
        <Button kind="quiet" icon="add" onClick={onAnother}>
          {s.another}
        </Button>
      </div>
    </Step>
  );
}

function Created({ info }: { info: CommunityInfo }) {
  const s = t().welcome;
  const leave = () => navigate({ view: "community", id: info.id });
  return (
    <Step n={2} title={s.createdTitle(info.name)} result>
      <KeyBackup id={info.id} onDone={leave} onLater={leave} />
      <div class="share">
        <p class="quiet">{s.shareId}</p>
        <p class="share-id">
          <code>{info.id}</code>
          <Copy text={info.id} />
        </p>
      </div>
    </Step>
  );
}

/** Adds a community in two steps; what somebody sees first on a node that has none. */
export function Welcome() {
  const s = t().welcome;
  const [kind, setKind] = useState<Kind>();
  const [joined, setJoined] = useState<CommunityInfo>();
  const [created, setCreated] = useState<CommunityInfo>();
  // As it was when the page came here: the first community is added meanwhile.
  const none = useRef<boolean | undefined>(undefined);
  none.current ??= status.value ? status.value.communities.length === 0 : undefined;
  const first = none.current === true;
  const back = () => setKind(undefined);
  const another = () => {
    setKind(undefined);
    setJoined(undefined);
  };
  return (
    <Page title={first ? s.firstTitle : s.title} lead={first ? s.firstIntro : s.intro}>
      {!kind && (
        <Step n={1} title={s.chooseTitle}>
          <div class="big-choices">
            <Choice kind="join" onChoose={setKind} />
            <Choice kind="create" onChoose={setKind} />
          </div>
        </Step>
      )}
      {kind === "join" && !joined && <JoinForm onBack={back} onJoined={setJoined} />}
      {kind === "join" && joined && <Joined info={joined} onAnother={another} />}
      {kind === "create" && !created && <CreateForm onBack={back} onCreated={setCreated} />}
      {kind === "create" && created && <Created info={created} />}
    </Page>
  );
}
