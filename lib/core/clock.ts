const two = (value: number) => String(value).padStart(2, "0");

/** 2, 5 -> "02:05". */
export function clockText(hour: number, minute: number): string {
  return `${two(hour)}:${two(minute)}`;
}

/** Reads "2:05", "02:05", "0205" and "14h30"; null for anything that is no time of day. */
export function readClock(text: string): { hour: number; minute: number } | null {
  const match = /^\s*(\d{1,2})\s*[:.hH]?\s*(\d{2})\s*$/.exec(text);
  const hour = Number(match?.[1]);
  const minute = Number(match?.[2]);
  return match && hour < 24 && minute < 60 ? { hour, minute } : null;
}
