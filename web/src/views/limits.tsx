import { Page } from "../components/page";
import { t } from "../strings";

export function Limits() {
  return <Page title={t().nav.limits} />;
}
