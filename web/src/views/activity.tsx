import { Page } from "../components/page";
import { t } from "../strings";

export function Activity() {
  return <Page title={t().nav.activity} />;
}
