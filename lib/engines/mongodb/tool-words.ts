import { OPLOG_FORBIDDEN } from "#lib/engines/mongodb/server";
import type { ToolError } from "#lib/streams/process";

/** What mongodump and mongorestore say of oplogs, users and roles (mongo-tools). `$1` is what the group found. */
const KNOWN: readonly { readonly when: RegExp; readonly say: string }[] = [
  { when: /oplog (?:start|end|entry).*(?:not authorized|Unauthorized|not allowed)/i, say: OPLOG_FORBIDDEN },
  {
    when: /oplog overflow/,
    say:
      "The oplog rolled over while the dump ran: the server no longer had all that was written meanwhile. Give it a " +
      "larger oplog (replSetResizeOplog), run the backup when less is written, or send it to a faster storage.",
  },
  {
    when: /cannot dump with (?:--)?oplog (.+)/i,
    say: "A backup with the oplog cannot be taken $1. Run it again afterwards.",
  },
  {
    when: /applyOps.*(?:not authorized|Unauthorized)/i,
    say:
      "The user may not replay the backup's oplog: mongorestore needs a role with anyAction on anyResource for that. " +
      "Where the backup's users replaced those of the server, that role went with them.",
  },
  {
    when: /no such (?:command|cmd).*applyOps|applyOps.*(?:not supported|CommandNotFound)/i,
    say: "The target server cannot replay the backup's oplog: restore its databases one by one, by naming each.",
  },
  {
    when: /error running merge command.*(?:not authorized|Unauthorized)/i,
    say: "The user may not restore users and roles: give it the role restore.",
  },
];

/** Why a tool ended badly: in our words where these are known, else in its own. */
export function wordsOfTool(error: ToolError): string {
  const lines = error.stderr.map(withoutDate);
  for (const { when, say } of KNOWN) {
    const found = lines.map((line) => when.exec(line)).find((match) => match !== null);
    if (found) return say.replace("$1", () => found[1] ?? "");
  }
  // The last words count: what failed comes behind what went wrong on the way.
  const telling = lines.filter((line) => /^Failed|error|denied|corrupt/i.test(line)).slice(-3);
  // One that was killed could say no more than how far it was.
  const said = error.exitSignal === null ? lines.filter((line) => !PROGRESS.test(line)) : [];
  return error.because(/./, telling.length > 0 ? telling : said);
}

/** What a line of mongodump is that tells only how far it is. */
export const PROGRESS = /^(writing |done dumping |dumped |\[[#.]*\])/;

/** The tools put an instant and a tab before each line. */
export const withoutDate = (line: string) => line.replace(/^\d{4}-\d\d-\d\dT[\d:.]+[+-]\d{4}\s+/, "");
