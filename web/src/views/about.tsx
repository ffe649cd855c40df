import { useState } from "preact/hooks";
import { api, diagnostics, problemOf, type Problem } from "../api/client";
import type { CheckState, DoctorReport } from "../api/types";
import { Badge, type Tone } from "../components/badge";
import { Button } from "../components/button";
import { Copy } from "../components/copy";
import { Loading, Trouble } from "../components/empty";
import { type IconName } from "../components/icon";
import { Facts, Page, Section } from "../components/page";
import { fail } from "../components/toast";
import { download } from "../download";
import { relative } from "../format";
import { now, status } from "../store";
import { t } from "../strings";

function Addresses({ list }: { list: string[] | undefined }) {
  const s = t().about;
  if (!list || list.length === 0) {
    return <span class="faint">{s.noAddresses}</span>;
  }
  return (
    <ul class="addresses">
      {list.map((a) => (
        <li key={a}>
          <code>{a}</code>
          <Copy text={a} label={s.copyAddress} />
        </li>
      ))}
    </ul>
  );
}

function Program() {
  const s = t().about;
  const st = status.value;
  return (
    <Section title={t().product}>
      <p class="quiet">{s.purpose}</p>
      {!st && <Loading what={t().trouble.loading} />}
      {st && (
        <>
          <Facts
            items={[
              { name: s.version, value: st.version ?? t().common.unknown },
              { name: s.process, value: st.pid ?? t().common.unknown },
              { name: s.swarmAddresses, value: <Addresses list={st.swarm} /> },
            ]}
          />
          <Facts items={[{ name: s.wakuAddresses, value: <Addresses list={st.waku} /> }]} />
        </>
      )}
    </Section>
  );
}

const looks: Record<CheckState, { tone: Tone; icon: IconName }> = {
  ok: { tone: "good", icon: "check" },
  unknown: { tone: "plain", icon: "about" },
  warn: { tone: "warn", icon: "alert" },
  fail: { tone: "bad", icon: "alert" },
};

function Report({ report }: { report: DoctorReport }) {
  const s = t().about;
  return (
    <>
      <p role="status">
        <Badge tone={looks[report.state].tone} icon={looks[report.state].icon}>
          {s.doctorSummary[report.state]}
        </Badge>{" "}
        <span class="small faint">{s.doctorAt(relative(Math.min(report.at, now.value), now.value))}</span>
      </p>
      <ul class="checks">
        {report.checks.map((c) => (
          <li key={c.name} class={`check ${c.state}`}>
            <h3>{s.checks[c.name] ?? c.name}</h3>
            <Badge tone={looks[c.state].tone} icon={looks[c.state].icon}>
              {s.doctorStates[c.state]}
            </Badge>
            <p class="grow">
              {c.seen}
              {c.advice && <span class="advice quiet">{c.advice}</span>}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}

function Doctor() {
  const s = t().about;
  const [report, setReport] = useState<DoctorReport>();
  const [problem, setProblem] = useState<Problem>();
  const [looking, setLooking] = useState(false);
  const look = async () => {
    setLooking(true);
    try {
      setReport(await api.doctor());
      setProblem(undefined);
    } catch (thrown) {
      setProblem(problemOf(thrown));
    } finally {
      setLooking(false);
    }
  };
  return (
    <Section
      title={s.doctor}
      aside={
        <Button icon="shield" onClick={look}>
          {report ? s.doctorAgain : s.doctorRun}
        </Button>
      }
    >
      <div class="stack">
        {!report && <p class="quiet">{s.doctorHint}</p>}
        {looking && <Loading what={s.doctorRunning} />}
        {problem && <Trouble problem={problem} onRetry={look} />}
        {report && !looking && <Report report={report} />}
      </div>
    </Section>
  );
}

function Diagnostics() {
  const s = t().about;
  const get = async () => {
    try {
      download(await diagnostics(), "seeder-diagnostics.zip");
    } catch (thrown) {
      fail(problemOf(thrown));
    }
  };
  return (
    <Section title={s.diagnostics}>
      <div class="stack">
        <p class="quiet">{s.diagnosticsHint}</p>
        <div class="row">
          <Button icon="down" onClick={get}>
            {s.diagnosticsGet}
          </Button>
        </div>
      </div>
    </Section>
  );
}

function Documentation() {
  const s = t().about;
  return (
    <Section title={s.docs}>
      <div class="stack">
        <p class="quiet">{s.docsHint}</p>
        <dl class="commands">
          {s.docsCommands.map((c) => (
            <div key={c.command}>
              <dt>
                <code>{c.command}</code>
              </dt>
              <dd>{c.what}</dd>
            </div>
          ))}
        </dl>
        <p>
          <a href="/openapi.json" target="_blank" rel="noreferrer">
            {s.docsApi}
          </a>
        </p>
      </div>
    </Section>
  );
}

function Licences() {
  const s = t().about;
  return (
    <Section title={s.licences}>
      <div class="stack">
        <p class="quiet">{s.licencesHint}</p>
        <p>
          <a href="licences.txt" target="_blank" rel="noreferrer">
            {s.licencesRead}
          </a>
        </p>
      </div>
    </Section>
  );
}

/** What this is, whether it is well, and what helps when it is not. */
export function About() {
  return (
    <Page title={t().nav.about}>
      <Program />
      <Doctor />
      <div class="pair">
        <Diagnostics />
        <Documentation />
      </div>
      <Licences />
    </Page>
  );
}
