const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The first instant of a calendar day in a zone, or null when `day` is no `YYYY-MM-DD`. */
export function dayStart(day: string, timeZone: string): Date | null {
  const wall = DAY.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(wall)) return null;
  // Twice, because the offset at the guess may differ from the one at the answer.
  const guess = wall - offsetAt(wall, timeZone);
  return new Date(wall - offsetAt(guess, timeZone));
}

/** The last millisecond of a calendar day in a zone, or null. */
export function dayEnd(day: string, timeZone: string): Date | null {
  const wall = DAY.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(wall)) return null;
  const next = dayStart(new Date(wall + 86_400_000).toISOString().slice(0, 10), timeZone);
  return next && new Date(next.getTime() - 1);
}

function offsetAt(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(instant);
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  const shown = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return shown - Math.floor(instant / 1000) * 1000;
}
