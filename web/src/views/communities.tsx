import { Page } from "../components/page";
import { t } from "../strings";

export function Communities() {
  return <Page title={t().nav.communities} />;
}
