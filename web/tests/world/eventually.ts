const patience = 60_000; // milliseconds
const look = 25;

// eventually returns when done does not throw and returns true; it fails with what
// done said last.
export async function eventually(
  what: string,
  done: () => Promise<boolean> | boolean,
  within = patience,
): Promise<void> {
  const end = Date.now() + within;
  let last: unknown = "the answer is no";
  while (Date.now() < end) {
    try {
      if (await done()) {
        return;
      }
      last = "the answer is no";
    } catch (err) {
      last = err;
      if (err instanceof Error && err.message.includes("ended at once")) {
        throw err;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, look));
  }
  throw new Error(`within ${within} ms it does not happen that ${what}: ${String(last)}`);
}
