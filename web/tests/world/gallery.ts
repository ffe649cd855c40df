// A node in which every view has something to show: it owns a community, follows one
// whose oldest archives were evicted, one with an archive in quarantine, and one whose
// history comes slowly. Somebody follows its own. It was down for some minutes of the
// last hour.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { eventually } from "./eventually.ts";
import type { SeederNode } from "./node.ts";
import { statusOf, weeks, type World } from "./world.ts";

export interface Gallery {
  node: SeederNode;
  // ids of communities
  followed: string;
  shady: string;
  own: string;
}

const past = process.env.SEEDER_PAST ?? join(import.meta.dirname, "../../../bin/past");
// size is that of the own community.
const size = { weeks: 6, bytesPerWeek: 200 << 10 };

export async function gallery(world: World): Promise<Gallery> {
  const [owner, forger, other] = await Promise.all([
    world.owner(),
    world.forger(),
    world.owner("Open Lab", { weeks: 30, bytesPerWeek: 400 << 10 }),
  ]);
  const { node, id: own } = await world.owner("Film Evenings", size, {
    peers: [owner.node.reach, forger.reach, other.node.reach],
    patient: true,
  });
  await node.call("POST", "/communities", { role: "member", id: owner.id, name: "Garden Club" });
  await node.call("POST", "/communities", { role: "member", id: forger.community, name: "Street Market" });
  const states = async (id: string) => (await statusOf(node)).communities.find((c) => c.id === id)?.archives ?? {};
  await eventually("all of it is here", async () => (await states(owner.id)).imported === weeks);
  await eventually("one is set aside", async () => (await states(forger.community)).quarantined === 1);
  await node.call("PATCH", `/communities/${owner.id}/settings`, { cap: "4MiB", up: "2MiB/s" });
  await node.call("PATCH", "/limits", {
    up: "4MiB/s",
    down: "8MiB/s",
    schedule:
      "08:00-18:00 mon-fri up=256KiB/s down=1MiB/s; 22:00-06:00 daily up=unlimited; 10:30-14:00 sun down=512KiB/s",
  });
  await eventually("archives are evicted", async () => ((await states(owner.id)).evicted ?? 0) > 0);
  // Its key has a copy: nobody is reminded in every view.
  await node.call("POST", `/communities/${own}/key-backup`, { token: node.token });
  await node.stop();
  execFileSync(past, [`${node.data}/rates`, owner.id, forger.community, own]);
  await node.start();
  await other.node.call("POST", "/communities", { role: "member", id: own, name: "Films", peers: node.reach.swarm });
  // Who has all of it is not connected to somebody else who has.
  await other.node.call("PATCH", `/communities/${own}/settings`, { cap: `${3.5 * size.bytesPerWeek}` });
  await eventually("somebody follows the own one", async () => {
    const { communities } = await statusOf(other.node);
    return (communities.find((c) => c.id === own)?.archives.imported ?? 0) > 0;
  });
  await node.call("POST", "/communities", { role: "member", id: other.id, name: "Open Lab" });
  await node.call("PATCH", `/communities/${other.id}/settings`, { down: "64KiB/s" });
  await eventually("some of it is here", async () => ((await states(other.id)).imported ?? 0) > 0);
  return { node, followed: owner.id, shady: forger.community, own };
}

export function viewsOf(g: Gallery): Record<string, string> {
  return {
    communities: "#/",
    community: `#/community/${g.followed}`,
    "community-owner": `#/community/${g.own}`,
    "community-quarantine": `#/community/${g.shady}`,
    limits: "#/limits",
    "limits-community": `#/limits/${g.followed}`,
    activity: "#/activity",
    settings: "#/settings",
    about: "#/about",
    welcome: "#/welcome",
  };
}
