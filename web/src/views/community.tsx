import { Page } from "../components/page";
import { communityName } from "../store";

export function Community({ id }: { id: string }) {
  return <Page title={communityName(id)} />;
}
