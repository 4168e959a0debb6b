import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createSaid } from "#lib/core/said";
import { textsOf } from "#scripts/said-texts";
import catalogue from "../messages/said.pt-BR.json" with { type: "json" };

/** Never meets a person in the browser. */
const OTHER_PLACES: readonly (readonly [start: string, why: string])[] = [
  ["lib/db/", "what is wrong at the start is read in the terminal"],
  ["lib/env.ts", "what is wrong at the start is read in the terminal"],
  ["lib/features/system/metrics.ts", "scraped by machines"],
  ["lib/web/scrape.ts", "scraped by machines"],
  ["lib/web/api-table.ts", "the API's documentation"],
  ["lib/features/notifications/", "sent by mail, webhook and messenger"],
  ["lib/engines/family-mysql/traps.ts", "lines of an execution's log"],
  ["lib/features/runs/drop-temporary.ts", "lines of an execution's log"],
];

/** Single texts that a person does not meet in the browser either. */
const OTHER_TEXTS: readonly (readonly [text: string, why: string])[] = [
  ["A config must be a z.object().", "a mistake in our code"],
  ["jan feb mar apr may jun jul aug sep oct nov dec sun mon tue wed thu fri sat", "names of cron"],
  ["restored, the backup is a copy of the instant at which the dump ended", "a line of the log"],
  ["it is no member of a replica set, or a mongos", "a line of the log"],
  ["; collections of the same names are dropped first", "a line of the log"],
  ["replace all that the server has", "a line of the log"],
  ["are added to those of the server", "a line of the log"],
  ["reading broke off, zeros stand for the rest", "a line of the log"],
  ["The copy was not made: The copy failed; see the worker's log.", "a line of the log"],
  ["ok without indexes", "a line of the log"],
  ["init-command=SET NAMES utf8mb4", "an argument"],
  ["Drop it by hand.", "a line of the log"],
  ["This is tried again after the run.", "a line of the log"],
  ["an empty file", "replaced by the words of its code"],
  [
    "Of the whole server's backup only the database {} is restored. The oplog is not replayed: what was written during the dump may be there or not.",
    "a line of the log",
  ],
  ["No space.", "replaced by a message with the figures"],
  ["cannot be used: unknown reason", "thrown by something that is no Error"],
  ["This is a thread's program.", "a mistake in our code"],
  ["This tool was started without standard input.", "a mistake in our code"],
  ["the counts came back empty", "a mistake in our code"],
  ["This answers to GET only.", "for those who write to the API"],
  ["Send application/json.", "for those who write to the API"],
  ["Send a JSON object.", "for those who write to the API"],
  ["Send application/octet-stream.", "for those who write to the API"],
];

const TESTS = /\.test\.|\/(contract|faulty|test-server|([^/]+-)?under-test|dataset|fake-[^/]+)\.ts$/;
const GAP = /\{\w*\}/g;
const bare = (text: string) => text.replace(GAP, "{}").trim();

const said = createSaid(catalogue);
const keys = Object.keys(catalogue);
const bareKeys = keys.map(bare);
const exempt = new Set(OTHER_TEXTS.map(([text]) => text));

const files = readdirSync("lib", { recursive: true, encoding: "utf8" })
  .map((name) => join("lib", name))
  .filter((file) => file.endsWith(".ts") && !TESTS.test(file))
  .filter((file) => !OTHER_PLACES.some(([start]) => file.startsWith(start)))
  .sort();
const texts = files.flatMap((file) =>
  textsOf(readFileSync(file, "utf8")).map(({ text, message }) => ({ file, text: bare(text), message })),
);

/** Two words of its own in a row, or a long one; SQL and other blocks of several lines are no messages. */
const readsAsWords = (text: string) =>
  /\p{L}{2,}[,;:]? \p{L}{2,}|\p{L}{7,}/u.test(text.replaceAll("{}", "•")) && !text.includes("\n");

/** A part from which a message is put together, or how a tool is installed: it must stand in some entry. */
const isPart = (text: string) =>
  /^([\p{Ll};]|Install )/u.test(text) && /\p{L}+ \p{L}+ \p{Ll}+/u.test(text) && !text.includes("\n");

const isSentence = (text: string) => /[.…]$/.test(text);

/** As the text would read when its gaps are filled; a gap before a capital holds a sentence. */
const filled = (text: string) => text.replace(/\{\}(?= \p{Lu})/gu, "X.").replaceAll("{}", "x");

/** Whether no three words in a row of its own come out as they went in. */
function isSaid(text: string): boolean {
  if (bareKeys.includes(text)) return true;
  const words = said(filled(text));
  return text.split(/(?<=[.!?…:;])\s+|\{\}/).every((part) => {
    const own = part
      .replace(/[.,;:!?…]+$/, "")
      .split(/\s+/)
      .filter((word) => /\p{L}/u.test(word));
    const rows = own.length < 3 ? [own] : own.slice(2).map((_, at) => own.slice(at, at + 3));
    return rows.every((row) => row.length < 2 || !words.includes(row.join(" ")));
  });
}

describe("textsOf", () => {
  it("puts texts together, by each branch of a choice, with names for the gaps", () => {
    const source = `
      const HINT = "Try again.";
      const way = late ? "late" : \`\${minutes} min early\`;
      throw new AppError("CONFLICT", \`\${job.name} came \${way}. \` + HINT, { cause });`;
    expect(textsOf(source).filter(({ message }) => message)).toEqual([
      { text: "{name} came late. Try again.", message: true },
      { text: "{name} came {minutes} min early. Try again.", message: true },
    ]);
  });
  it("reads a message that has a name of its own, and what a gap holds", () => {
    const source = `const said = "It broke."; fail(new StorageError("permanent", said)); say(\`a \${b("c d")}\`);`;
    expect(textsOf(source).map(({ text }) => text)).toEqual(
      expect.arrayContaining(["It broke.", "a {b}", "c d"]),
    );
    expect(textsOf(source)).toContainEqual({ text: "It broke.", message: true });
  });
  it("leaves out log lines, SQL, types, and the words of the documentation", () => {
    const source = `
      log.warn({}, "not this"); io.log("warn", "nor this");
      query({ summary: "Nor this." }); tx.$queryRaw\`SELECT this\`; let a: "nor this";`;
    expect(textsOf(source)).toEqual([]);
  });
});

describe("the Portuguese catalogue", () => {
  it("holds every message of the source", () => {
    const missing = texts
      .filter(({ text, message }) => readsAsWords(text) && (message || isSentence(text)))
      .filter(({ text }) => !exempt.has(text) && !isSaid(text))
      .map(({ file, text }) => `${file}: ${text}`);
    expect([...new Set(missing)]).toEqual([]);
  });
  it("holds every part from which messages are put together", () => {
    const missing = texts
      .filter(({ text }) => !isSentence(text) && isPart(text))
      .filter(({ text }) => !exempt.has(text) && !bareKeys.some((key) => key.includes(text)))
      .map(({ file, text }) => `${file}: ${text}`);
    expect([...new Set(missing)]).toEqual([]);
  });
  it("excepts nothing that is gone from the source", () => {
    const all = new Set(texts.map(({ text }) => text));
    expect(OTHER_TEXTS.filter(([text]) => !all.has(text)).map(([text]) => text)).toEqual([]);
  });
  it("fills every gap, and no other", () => {
    const namesIn = (text: string) => [...new Set(text.match(GAP))].sort();
    const differing = Object.entries(catalogue).filter(
      ([english, words]) => namesIn(english).join() !== namesIn(words).join(),
    );
    expect(differing.map(([english]) => english)).toEqual([]);
  });
  it("has words of its own in every entry, once, in order", () => {
    expect(keys.filter((key) => !/\p{L}{2,}.* .*\p{L}{2,}|\p{L}{6,}/u.test(key.replace(GAP, "•")))).toEqual(
      [],
    );
    expect(new Set(bareKeys).size).toBe(keys.length);
    expect(keys).toEqual([...keys].sort());
    expect(Object.values(catalogue).filter((words) => words.trim() === "")).toEqual([]);
  });
});
