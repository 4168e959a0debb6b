import { CronExpressionParser } from "cron-parser";

const HOUR = 3_600_000;
const NAMES = new Set(
  "jan feb mar apr may jun jul aug sep oct nov dec sun mon tue wed thu fri sat".split(" "),
);
const LOOK_BACK_HOURS = [2, 50, 24 * 40, 24 * 400, 24 * 366 * 9];

/** True for names of the IANA time zone database that this runtime knows. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * The next `count` instants of a five-field cron expression strictly after `from`, read on the wall clock of
 * `timeZone`. A wall time that a spring change skips runs right after the gap; one that an autumn change
 * repeats runs once, while patterns over all hours keep their pace. Throws RangeError when the expression is
 * not valid or never matches.
 */
export function nextRuns(cron: string, timeZone: string, from: Date, count: number): Date[] {
  const problem = syntaxProblem(cron);
  if (problem) throw new RangeError(problem);
  if (!isTimeZone(timeZone)) throw new RangeError(`“${timeZone}” is not a known time zone.`);
  try {
    const cursor = CronExpressionParser.parse(cron.trim(), { currentDate: from, tz: timeZone });
    return Array.from({ length: count }, () => cursor.next().toDate());
  } catch (cause) {
    throw new RangeError("This schedule is not valid, or names a date that never comes.", { cause });
  }
}

/**
 * The latest instant in (`after`, `now`] that the expression names, or null: what a scheduler that slept has
 * to catch up with, once. Looks back in growing windows, because only the forward walk is right in DST gaps.
 */
export function latestDue(cron: string, timeZone: string, after: Date, now: Date): Date | null {
  for (const hours of LOOK_BACK_HOURS) {
    const start = new Date(Math.max(after.getTime(), now.getTime() - hours * HOUR));
    let latest: Date | null = null;
    let cursor = nextRuns(cron, timeZone, start, 1)[0];
    while (cursor && cursor <= now) {
      latest = cursor;
      cursor = nextRuns(cron, timeZone, cursor, 1)[0];
    }
    if (latest || start.getTime() === after.getTime()) return latest;
  }
  return null;
}

/** Why a schedule cannot be used, or null when it can. */
export function validateCron(cron: string, timeZone: string): string | null {
  try {
    nextRuns(cron, timeZone, new Date(), 1);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function syntaxProblem(cron: string): string | null {
  if (cron.trim().split(/\s+/).length !== 5) {
    return "A schedule has five fields: minute, hour, day of month, month, day of week.";
  }
  if (!/^[0-9A-Za-z*,\-/\s]{9,200}$/.test(cron)) {
    return "Only digits, names and * , - / are allowed in a schedule.";
  }
  // The parser reads further letters, for example H: a minute drawn anew each time that it is asked.
  const stranger = cron.match(/[A-Za-z]+/g)?.find((word) => !NAMES.has(word.toLowerCase()));
  if (stranger) return `“${stranger}” is neither a month nor a day of the week.`;
  return null;
}
