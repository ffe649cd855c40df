import { Page } from "../components/page";
import { t } from "../strings";

export function About() {
  return <Page title={t().nav.about} />;
}
