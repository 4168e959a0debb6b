/**
 * Numbers and times as people read them. Pure and locale-aware; sizes are decimal (1 kB = 1000 bytes), as
 * IEC 80000-13 names them. Formatters are kept, because making an `Intl` object costs more than using it.
 */
const formatters = new Map<string, unknown>();

function kept<T>(key: string, make: () => T): T {
  const found = formatters.get(key) as T | undefined;
  if (found !== undefined) return found;
  const made = make();
  formatters.set(key, made);
  return made;
}

function numberFormat(locale: string, minimum: number, maximum: number): Intl.NumberFormat {
  return kept(
    `n:${locale}:${minimum}:${maximum}`,
    () => new Intl.NumberFormat(locale, { minimumFractionDigits: minimum, maximumFractionDigits: maximum }),
  );
}

/** 12345 -> "12,345". */
export function formatCount(value: number, locale: string): string {
  return numberFormat(locale, 0, 0).format(value);
}

/** 0.9731 -> "97.3%". */
export function formatPercent(share: number, locale: string, digits = 1): string {
  return kept(
    `p:${locale}:${digits}`,
    () => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: digits }),
  ).format(share);
}

const SIZE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** Three significant figures at most: 999 -> "999 B", 1871234567 -> "1.87 GB". */
export function formatBytes(bytes: number, locale: string): string {
  const sign = bytes < 0 ? -1 : 1;
  let value = Math.abs(bytes);
  let unit = 0;
  while (unit < SIZE_UNITS.length - 1 && value >= 999.5) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${numberFormat(locale, 0, digits).format(sign * value)} ${SIZE_UNITS[unit]}`;
}

/** Bytes per second: "84.2 MB/s". */
export function formatRate(bytesPerSecond: number, locale: string): string {
  return `${formatBytes(bytesPerSecond, locale)}/s`;
}

/** Original to compressed: "4.2×". */
export function formatRatio(ratio: number, locale: string): string {
  return `${numberFormat(locale, 1, 1).format(ratio)}×`;
}

/** Milliseconds in at most two units: "840 ms", "4.2 s", "3 min 05 s", "2 h 14 min", "3 d 4 h". */
export function formatDuration(milliseconds: number, locale: string): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 1000) return `${numberFormat(locale, 0, 0).format(ms)} ms`;
  if (ms < 9950) return `${numberFormat(locale, 0, 1).format(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${numberFormat(locale, 0, 0).format(Math.floor(hours / 24))} d ${hours % 24} h`;
}

/** A pause between two things in its largest whole unit: 300000 -> "5 min", 90000 -> "90 s". */
export function formatInterval(milliseconds: number, locale: string): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  const [value, unit] =
    seconds % 3600 === 0
      ? [seconds / 3600, "h"]
      : seconds % 60 === 0
        ? [seconds / 60, "min"]
        : [seconds, "s"];
  return `${formatCount(value, locale)} ${unit}`;
}

const RELATIVE_STEPS: readonly [limit: number, size: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [45_000, 1000, "second"],
  [45 * 60_000, 60_000, "minute"],
  [22 * 3_600_000, 3_600_000, "hour"],
  [26 * 86_400_000, 86_400_000, "day"],
  [320 * 86_400_000, 30.44 * 86_400_000, "month"],
  [Number.POSITIVE_INFINITY, 365.25 * 86_400_000, "year"],
];

/** "now", "5 min. ago", "in 2 hr.", "yesterday". Anything within ten seconds is now. */
export function formatRelative(date: Date, now: Date, locale: string): string {
  const format = kept(
    `r:${locale}`,
    () => new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" }),
  );
  const difference = date.getTime() - now.getTime();
  const distance = Math.abs(difference);
  if (distance < 10_000) return format.format(0, "second");
  const [, size, unit] = RELATIVE_STEPS.find(([limit]) => distance < limit) ?? [0, 1000, "second"];
  return format.format(Math.trunc(difference / size) || Math.sign(difference), unit);
}

/** How long until the words of `formatRelative` may change, in milliseconds. */
export function relativeTick(date: Date, now: Date): number {
  const distance = Math.abs(date.getTime() - now.getTime());
  if (distance < 60_000) return 5_000;
  return distance < 3_600_000 ? 30_000 : 300_000;
}

export type DateStyle = "full" | "medium" | "weekday" | "short" | "day" | "time" | "clock";

const DATE_STYLES: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  full: {
    weekday: "short",
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  },
  medium: { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" },
  weekday: {
    weekday: "short",
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  },
  short: { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" },
  day: { month: "short", day: "numeric" },
  time: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  clock: { hour: "2-digit", minute: "2-digit" },
};

/** A moment in words in the given zone; hours always 00 to 23. */
export function formatDate(date: Date, style: DateStyle, locale: string, timeZone: string): string {
  return kept(
    `d:${locale}:${style}:${timeZone}`,
    () => new Intl.DateTimeFormat(locale, { ...DATE_STYLES[style], hourCycle: "h23", timeZone }),
  ).format(date);
}
