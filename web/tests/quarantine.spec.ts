// An owner whose seal does not hold: its archive is set aside, and the page says why.
import { enter, expect, show, test } from "./world/fixtures.ts";
import { eventually } from "./world/eventually.ts";
import { statusOf } from "./world/world.ts";

test("an archive that is not what its seal says stands there with the reason", async ({ page, world }) => {
  const forger = await world.forger();
  const member = world.node("careful", { peers: [forger.reach], patient: true });
  await member.start();
  await member.call("POST", "/communities", { role: "member", id: forger.community, name: "Shady" });
  await eventually("it is set aside", async () => {
    const states = (await statusOf(member)).communities[0]?.archives ?? {};
    return states.quarantined === 1 && states.imported === 3;
  });
  await enter(page, member, "#/activity");
  const retries = page.getByRole("region", { name: "Tried again" });
  await expect(retries.getByText(/differs from the seal/)).toBeVisible();
  await expect(retries.getByText(/^tried/).first()).toBeVisible();
  await expect(page.locator("[data-state=quarantined]").first()).toBeVisible();
  await show(page, `#/community/${forger.community}`);
  await expect(page.getByText(/differs from the seal/).first()).toBeVisible();
});
