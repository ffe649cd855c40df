import { ButtonLink } from "../components/button";
import { Empty, Loading, Notice, Trouble } from "../components/empty";
import { Page } from "../components/page";
import { communities, readAll, status, trouble } from "../store";
import { t } from "../strings";
import { Card } from "./card";

export function Communities() {
  const s = t().communities;
  const list = communities.value;
  const add = (
    <ButtonLink href="#/welcome" icon="add" kind="primary">
      {s.add}
    </ButtonLink>
  );
  const known = status.value !== null;
  return (
    <Page
      title={t().nav.communities}
      lead={known && list.length > 0 ? s.count(list.length) : undefined}
      actions={known && list.length > 0 ? add : undefined}
    >
      {!known && !trouble.value && <Loading what={s.loading} />}
      {trouble.value && !known && <Trouble problem={trouble.value} onRetry={() => void readAll()} />}
      {status.value?.notes?.map((note) => (
        <Notice key={note} kind="warn" icon="alert">
          {note}
        </Notice>
      ))}
      {known && list.length === 0 && (
        <Empty icon="communities" title={s.emptyTitle} actions={add}>
          {s.empty}
        </Empty>
      )}
      <div class="cards">
        {list.map((c) => (
          <Card key={c.id} of={c} />
        ))}
      </div>
    </Page>
  );
}
