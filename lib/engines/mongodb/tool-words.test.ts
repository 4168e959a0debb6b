import { expect, it } from "vitest";
import { explainMongodb } from "#lib/engines/mongodb/explain";
import { ToolError } from "#lib/streams/process";

/** As mongo-tools 100 writes it. */
const ended = (...stderr: string[]) =>
  explainMongodb(
    new ToolError("mongodump", {
      code: 1,
      signal: null,
      stderr: stderr.map((line) => `2026-11-21T21:46:58.927+0000\t${line}`),
    }),
    "DUMP_FAILED",
  );
const REFUSED = "(Unauthorized) not authorized on local to execute command { find: 1 }";

it.each([
  [`Failed: error getting oplog start: error getting recent oplog entry: ${REFUSED}`, /role backup/],
  [`Failed: error getting oplog start: config.transactions.findOne error: ${REFUSED}`, /role backup/],
  [`Failed: error getting oplog end: error getting recent oplog entry: ${REFUSED}`, /role backup/],
  [
    "Failed: oplog overflow: mongodump was unable to capture all new oplog entries during execution",
    /rolled over.*replSetResizeOplog/,
  ],
  [
    "Failed: error dumping oplog: error writing data for collection `.oplog` to disk: cannot dump with oplog while renames occur",
    /^A backup with the oplog cannot be taken while renames occur\. Run it again/,
  ],
  [
    "Failed: error creating intents for database config: detected resharding in progress. Cannot dump with --oplog while resharding",
    /cannot be taken while resharding\./,
  ],
  [`Failed: restore error: error applying oplog: applyOps: ${REFUSED}`, /anyAction on anyResource/],
  [
    "Failed: restore error: error applying oplog: applyOps: (CommandNotFound) no such command: 'applyOps'",
    /cannot replay/,
  ],
  [`Failed: restore error: error running merge command: ${REFUSED}`, /role restore/],
])("%s", (line, message) => {
  const error = ended("writing a.log to archive on stdout", line);
  expect(error.code).toBe("DUMP_FAILED");
  expect(error.message).toMatch(message);
});

it("gives a tool's own words where it knows none better", () => {
  expect(ended("writing a.b to archive on stdout", "Failed: out of luck.").message).toBe(
    "mongodump exited with code 1: Failed: out of luck.",
  );
  expect(ended().message).toBe("mongodump exited with code 1.");
  expect(ended("writing a.b to archive on stdout", "done dumping a.b (2 documents)").message).toBe(
    "mongodump exited with code 1.",
  );
});
