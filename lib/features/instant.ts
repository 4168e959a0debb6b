import { z } from "zod";

/** A moment in a filter, as ISO 8601 text or a day. From year 1 on: PostgreSQL's timestamps know no year 0. */
export const instant = z.iso
  .datetime({ offset: true })
  .or(z.iso.date())
  .pipe(z.coerce.date())
  .or(z.date())
  .refine((date) => date >= new Date("0001-01-02T00:00:00Z"), "This date is too long ago.");
