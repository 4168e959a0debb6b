/** All zones this runtime knows, UTC first. */
export function timeZones(): string[] {
  return ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
}

/** "UTC−03:00" of a zone at a moment. */
export function offsetOf(timeZone: string, at: Date): string {
  const name = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" })
    .formatToParts(at)
    .find((part) => part.type === "timeZoneName")?.value;
  return (name ?? "GMT").replace("GMT", "UTC").replace("+00:00", "").replace("-", "−");
}
