import { Page } from "../components/page";
import { EventList } from "../components/event-list";
import { OperationList } from "../components/operation-list";
import { Retries } from "../components/retries";
import { Loading, Trouble } from "../components/empty";
import { status, trouble } from "../store";
import { t } from "../strings";

/** What was asked for, what fails and is tried again, and everything that happened. */
export function Activity() {
  return (
    <Page title={t().nav.activity}>
      {trouble.value && !status.value && <Trouble problem={trouble.value} />}
      {!status.value && !trouble.value && <Loading what={t().trouble.loading} />}
      {status.value && (
        <>
          <OperationList />
          <Retries />
          <EventList />
        </>
      )}
    </Page>
  );
}
