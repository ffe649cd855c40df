import { Page } from "../components/page";
import { t } from "../strings";

export function Welcome() {
  return <Page title={t().nav.add} />;
}
