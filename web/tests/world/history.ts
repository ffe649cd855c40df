// A history that is made up: messages of noise, in weeks that are due to be archived.
const weekSeconds = 7 * 24 * 3600;
const payload = 48 << 10; // bytes of a message

// A small generator (xorshift32), so that every run has the same bytes.
function noise(seed: number, bytes: number): Buffer {
  const out = Buffer.alloc(bytes);
  let x = seed | 1;
  for (let i = 0; i < bytes; i += 4) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    out.writeInt32LE(x, i);
  }
  return out;
}

// history returns JSON lines for `seeder ingest`: weeks of bytesPerWeek each. The last
// of them ended a week ago at least, and each is one archive.
export function history(weeks: number, bytesPerWeek: number, seed = 1): string {
  const now = Math.floor(Date.now() / 1000);
  const last = Math.floor((now - weekSeconds) / weekSeconds) * weekSeconds;
  const lines: string[] = [];
  for (let week = 0; week < weeks; week++) {
    const begin = last - (weeks - week) * weekSeconds;
    const messages = Math.max(1, Math.round(bytesPerWeek / payload));
    for (let n = 0; n < messages; n++) {
      lines.push(
        JSON.stringify({
          timestamp: begin + Math.floor((n * weekSeconds) / messages),
          channel: ["general", "garden", "pictures"][n % 3],
          payload: noise(seed * 65_537 + week * 257 + n, Math.min(payload, bytesPerWeek)).toString("base64"),
        }),
      );
    }
  }
  return lines.join("\n") + "\n";
}
