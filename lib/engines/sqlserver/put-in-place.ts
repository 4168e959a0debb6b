import { AppError } from "#lib/core/errors";
import { explainSqlserver } from "#lib/engines/sqlserver/explain";
import type { Session } from "#lib/engines/sqlserver/session";
import { claimStatement, releaseStatement, renameStatement } from "#lib/engines/sqlserver/statements";
import { dropDatabase, stateOf } from "#lib/engines/sqlserver/target";
import type { EngineIo } from "#lib/engines/types";

/** A session of the server for `work`, on no database in particular. */
type Open = <T>(work: (session: Session) => Promise<T>) => Promise<T>;

interface Names {
  readonly database: string;
  /** Whole and new: it gets the name `database`. */
  readonly created: string;
  /** What the one that was there is called until the new one stands; null where none was. */
  readonly old: string | null;
}

/**
 * Gives `created` its name. What had it before is dropped afterwards, and gets it back where that fails: the
 * RESTORE_FAILED says so. Sessions of `open` should not end with a cancel: half of it helps nobody.
 */
export async function putInPlace(names: Names, open: Open, log: EngineIo["log"]): Promise<void> {
  try {
    await open(async (session) => {
      await rename(session, names);
      if (names.old !== null) await dropOld(session, names.old, log);
    });
  } catch (error) {
    const known = explainSqlserver(error, "RESTORE_FAILED");
    const state = await setRight(names, open);
    throw new AppError("RESTORE_FAILED", `${known.message} ${state}`, { cause: error });
  }
}

async function rename(session: Session, { database, created, old }: Names): Promise<void> {
  // What is left of the import's own connections; nobody else knows that name.
  await session.query(claimStatement(created));
  await session.query(releaseStatement(created));
  // In one batch, so that a client that connects again at once does not come between.
  if (old !== null) await session.query(`${claimStatement(database)}; ${renameStatement(database, old)}`);
  await session.query(renameStatement(created, database));
}

/** The new one stands by now: what fails here is told, but undoes nothing. */
async function dropOld(session: Session, old: string, log: EngineIo["log"]): Promise<void> {
  try {
    await dropDatabase(session, old);
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown reason";
    log(
      "warn",
      `The backup is restored, but what was there before still lies in the database ${old}: ${why}`,
    );
  }
}

/** Gives the old one its name back and drops the new one; says whether that was possible. */
async function setRight({ database, created, old }: Names, open: Open): Promise<string> {
  try {
    return await open(async (session) => {
      if (old === null) {
        await dropDatabase(session, created);
        return `The target database ${database} did not exist before and does not now.`;
      }
      const moved = (await stateOf(session, old)) !== null;
      if (moved) await session.query(renameStatement(old, database));
      await session.query(releaseStatement(database));
      await dropDatabase(session, created);
      return `The target database ${database} is as it was, but its connections were ended.`;
    });
  } catch {
    const both = old === null ? created : `${created}, and what was there ${old}`;
    return `The restored database may be called ${both}: look which of them and of ${database} are there before you use them.`;
  }
}
