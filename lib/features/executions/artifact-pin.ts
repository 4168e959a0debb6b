import type { Database, Tx } from "#lib/db/client";

/** Class of the advisory locks that pin artifacts; the second half of the key is the execution. */
const PIN_CLASS = 0x6467;

/** True where no download holds the artifact; keeps downloads out until the transaction ends. */
export async function holdsArtifactPin(tx: Tx, executionId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<{ free: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(${PIN_CLASS}::int, hashtext(${executionId})) AS free`;
  return rows[0]?.free === true;
}

/**
 * Pins an artifact for as long as it is read, on a connection of its own: when the process dies the pin goes
 * with it. Answers the release, or null when the artifact is being removed.
 */
export async function pinArtifact(
  { pool }: Pick<Database, "pool">,
  executionId: string,
): Promise<(() => Promise<void>) | null> {
  const client = await pool.connect();
  let held = false;
  try {
    const { rows } = await client.query<{ held: boolean }>(
      "SELECT pg_try_advisory_lock_shared($1::int, hashtext($2)) AS held",
      [PIN_CLASS, executionId],
    );
    held = rows[0]?.held === true;
  } finally {
    if (!held) client.release();
  }
  if (!held) return null;
  let released = false;
  return async () => {
    if (released) return;
    released = true;
    // Ending the connection frees the lock also when the statement that would free it cannot run.
    client.release(true);
  };
}
