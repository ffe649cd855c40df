import { Page } from "../components/page";
import { t } from "../strings";

export function Settings() {
  return <Page title={t().nav.settings} />;
}
