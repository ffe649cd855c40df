import { Page } from "../components/page";
import { t } from "../strings";

/** Shown instead of every view while nobody is logged in. */
export function Login() {
  return <Page title={t().product} />;
}
