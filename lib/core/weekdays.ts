/** Names of the weekdays from Sunday on, as cron counts them. */
export function weekdayNames(locale: string, style: "short" | "long"): string[] {
  const format = new Intl.DateTimeFormat(locale, { weekday: style, timeZone: "UTC" });
  // 2023-01-01 was a Sunday.
  return Array.from({ length: 7 }, (_, day) => format.format(Date.UTC(2023, 0, 1 + day)).replace(/\.$/, ""));
}

/** "Monday, Wednesday and Friday". */
export function listWords(items: readonly string[], locale: string): string {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(items);
}
