/** A schedule as a person picks it; `custom` is whatever fits none of the others. */
export type CronPreset =
  | { kind: "hourly"; every: number; minute: number }
  | { kind: "daily"; hour: number; minute: number }
  | { kind: "weekly"; weekdays: number[]; hour: number; minute: number }
  | { kind: "monthly"; day: number; hour: number; minute: number }
  | { kind: "custom"; cron: string };

export const CRON_KINDS = ["hourly", "daily", "weekly", "monthly", "custom"] as const;
export type CronKind = (typeof CRON_KINDS)[number];

/** Steps in hours that are as long over midnight as at any other time. */
export const HOUR_STEPS = [1, 2, 3, 4, 6, 8, 12] as const;

const WEEKDAY_NAMES = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** The cron expression of a preset, five fields. */
export function cronOf(preset: CronPreset): string {
  switch (preset.kind) {
    case "hourly":
      return `${preset.minute} ${preset.every === 1 ? "*" : `*/${preset.every}`} * * *`;
    case "daily":
      return `${preset.minute} ${preset.hour} * * *`;
    case "weekly":
      return `${preset.minute} ${preset.hour} * * ${[...preset.weekdays].sort((a, b) => a - b).join(",")}`;
    case "monthly":
      return `${preset.minute} ${preset.hour} ${preset.day} * *`;
    case "custom":
      return preset.cron;
  }
}

/** The simplest preset that means exactly this expression. */
export function presetOf(cron: string): CronPreset {
  const custom: CronPreset = { kind: "custom", cron };
  const [minutes = "", hours = "", days = "", months = "", weekdays = "", ...rest] = cron.trim().split(/\s+/);
  const minute = numberIn(minutes, 0, 59);
  if (rest.length > 0 || minute === null || months !== "*") return custom;
  const every = stepIn(hours);
  if (every !== null) return days === "*" && weekdays === "*" ? { kind: "hourly", every, minute } : custom;
  const hour = numberIn(hours, 0, 23);
  if (hour === null) return custom;
  if (weekdays === "*") {
    if (days === "*") return { kind: "daily", hour, minute };
    const day = numberIn(days, 1, 31);
    return day === null ? custom : { kind: "monthly", day, hour, minute };
  }
  const picked = weekdaysIn(weekdays);
  return days === "*" && picked ? { kind: "weekly", weekdays: picked, hour, minute } : custom;
}

/** Another kind that keeps as much of the time as it can. */
export function convertPreset(preset: CronPreset, kind: CronKind): CronPreset {
  const hour = "hour" in preset ? preset.hour : 2;
  const minute = "minute" in preset ? preset.minute : 0;
  switch (kind) {
    case "hourly":
      return { kind, every: "every" in preset ? preset.every : 1, minute };
    case "daily":
      return { kind, hour, minute };
    case "weekly":
      return { kind, weekdays: [0], hour, minute };
    case "monthly":
      return { kind, day: 1, hour, minute };
    case "custom":
      return { kind, cron: cronOf(preset) };
  }
}

/** The step of an hours field in hours; null where it is none of ours. */
function stepIn(hours: string): number | null {
  const step = hours === "*" ? 1 : Number(/^\*\/(\d{1,2})$/.exec(hours)?.[1]);
  return HOUR_STEPS.find((known) => known === step) ?? null;
}

function numberIn(text: string, minimum: number, maximum: number): number | null {
  if (!/^\d{1,2}$/.test(text)) return null;
  const value = Number(text);
  return value >= minimum && value <= maximum ? value : null;
}

function weekdaysIn(text: string): number[] | null {
  const found = new Set<number>();
  for (const part of text.toLowerCase().split(",")) {
    const ends = part.split("-").map(weekdayOf);
    const [first, last = first] = ends;
    if (ends.length > 2 || first === undefined || first === null || last === null || last === undefined)
      return null;
    if (first > last) return null;
    for (let day = first; day <= last; day += 1) found.add(day % 7);
  }
  return [...found].sort((a, b) => a - b);
}

/** 0 to 7; seven is Sunday too, at the end of a range. */
function weekdayOf(text: string): number | null {
  const named = WEEKDAY_NAMES.indexOf(text);
  return named === -1 ? numberIn(text, 0, 7) : named;
}
