import { z } from "zod";
import type { Engine } from "#lib/engines/types";

/** What a datasource type can do beyond a backup and its restore; forms show nothing else. */
export const capabilities = z.object({
  /** Several databases on one server. */
  databases: z.boolean(),
  schema: z.boolean(),
  query: z.boolean(),
  verification: z.boolean(),
  /** Lists of tables to take or to leave out. */
  tables: z.boolean(),
  /** Several jobs at once within one backup. */
  parallel: z.boolean(),
  /** A choice about files that cannot be read. */
  unreadable: z.boolean(),
});
export type Capabilities = z.infer<typeof capabilities>;

export function capabilitiesOf(engine: Engine): Capabilities {
  const { choices = [] } = engine;
  return {
    databases: engine.databases !== undefined,
    schema: engine.schema !== undefined,
    query: engine.query !== undefined,
    verification: engine.verification !== undefined,
    tables: choices.includes("tables"),
    parallel: choices.includes("parallel"),
    unreadable: choices.includes("unreadable"),
  };
}
