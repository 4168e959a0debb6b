import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const PACKAGES = ["zod", "date-fns", "next", "react", "pg", "server-only", "@prisma/client"];

/** Each file breaks one wall; the walls are proven on a tree of their own, so that the real one stays whole. */
const BREACHES: [rule: string, file: string, source: string][] = [
  ["1-core-is-pure", "lib/core/a.ts", 'import { x } from "#lib/db/client"; export const a = x;'],
  ["1-core-is-pure", "lib/core/b.ts", 'import type { X } from "pg"; export type B = X;'],
  ["1-core-is-pure", "lib/core/c.ts", 'import fs from "node:fs"; export const c = fs;'],
  ["2-data-plane-knows-no-product", "lib/pipeline/a.ts", 'export const a = () => import("#lib/db/client");'],
  [
    "2-data-plane-knows-no-product",
    "lib/streams/a.ts",
    'import type { X } from "#lib/features/one/schema"; export type A = X;',
  ],
  ["2-data-plane-knows-no-product", "lib/notify/a.ts", 'export * from "@prisma/client";'],
  [
    "3-plug-ins-do-not-meet",
    "lib/storage/sftp.ts",
    'import { x } from "#lib/storage/local"; export const a = x;',
  ],
  [
    "3-plug-ins-do-not-meet",
    "lib/engines/mysql/a.ts",
    'import { x } from "../postgres/dump"; export const a = x;',
  ],
  [
    "3-callers-ask-the-registry",
    "lib/pipeline/b.ts",
    'import { x } from "#lib/storage/local"; export const a = x;',
  ],
  ["4-use-cases-know-no-edge", "lib/features/one/a.ts", 'import { x } from "next"; export const a = x;'],
  [
    "4-use-cases-know-no-edge",
    "lib/tasks/a.ts",
    'import type { x } from "#worker-file"; export type A = typeof x;',
  ],
  ["5-only-app-knows-web", "worker/a.ts", 'import { x } from "#lib/web/session"; export const a = x;'],
  ["5-server-only-stays-in-web", "lib/features/one/b.ts", 'import "server-only"; export const b = 1;'],
  ["6-app-knows-no-worker", "app/a.ts", 'import { x } from "../worker/index"; export const a = x;'],
  ["6-worker-knows-no-app", "worker/b.ts", 'import { x } from "../app/page"; export const a = x;'],
  ["7-pages-go-through-use-cases", "app/b.ts", 'import { x } from "#lib/db/client"; export const a = x;'],
  [
    "7-pages-go-through-use-cases",
    "components/a.tsx",
    'import { x } from "#lib/storage/registry"; export const a = x;',
  ],
  [
    "7-components-know-schemas-only",
    "components/b.tsx",
    'import { x } from "#lib/features/one/act"; export const a = x;',
  ],
  ["8-no-cycle", "lib/web/a.ts", 'import { b } from "./b"; export const a = () => b;'],
  ["8-no-cycle", "lib/web/c.ts", 'import type { D } from "./d"; export type C = D;'],
  ["8-no-cycle", "lib/web/e.ts", 'export const e = () => import("./f");'],
  ["8-no-cycle-between-features", "lib/features/one", ""],
  ["8-nothing-unresolved", "lib/web/g.ts", 'export { x } from "#lib/web/nowhere";'],
];

/** What the house allows, and what the breaches lean on. */
const SOUND: [file: string, source: string][] = [
  [
    "lib/core/ok.ts",
    'import { x } from "zod"; import { y } from "date-fns"; import { x as z } from "#lib/core/other"; export const ok = [x, y, z];',
  ],
  ["lib/core/other.ts", "export const x = 1;"],
  ["lib/db/client.ts", 'import pg from "pg"; export const x = pg; export type X = typeof pg;'],
  ["lib/engines/postgres/dump.ts", "export const x = 1;"],
  ["lib/engines/postgres.ts", 'import { x } from "#lib/engines/postgres/dump"; export const a = x;'],
  ["lib/storage/types.ts", "export type X = 1;"],
  ["lib/storage/local-write.ts", "export const x = 1;"],
  [
    "lib/storage/local.ts",
    'import type { X } from "#lib/storage/types"; import { x as w } from "#lib/storage/local-write"; export const x: X = w;',
  ],
  ["lib/storage/registry.ts", 'import { x } from "#lib/storage/local"; export { x };'],
  ["lib/pipeline/ok.ts", 'import { x } from "#lib/storage/registry"; export const a = x;'],
  [
    "lib/features/one/schema.ts",
    'import { x } from "#lib/core/other"; export { x }; export type X = typeof x;',
  ],
  [
    "lib/features/one/act.ts",
    'import { x } from "#lib/db/client"; export { x }; export type Act = typeof x;',
  ],
  ["lib/features/one/to-two.ts", 'import { two } from "#lib/features/two/b"; export const one = two;'],
  ["lib/features/one/leaf.ts", "export const leaf = 1;"],
  ["lib/features/two/b.ts", "export const two = 1;"],
  ["lib/features/two/to-one.ts", 'import { leaf } from "#lib/features/one/leaf"; export const back = leaf;'],
  ["lib/web/session.ts", 'import "server-only"; import { x } from "#lib/features/one/act"; export { x };'],
  ["lib/web/b.ts", 'import { a } from "./a"; export const b = () => a;'],
  ["lib/web/d.ts", 'import type { C } from "./c"; export type D = C;'],
  ["lib/web/f.ts", 'import { e } from "./e"; export const f = e;'],
  [
    "app/page.tsx",
    'import { x } from "#lib/web/session"; import type { X } from "#lib/db/client"; import { ok } from "#components/ok"; export { x, ok }; export type P = X;',
  ],
  [
    "components/ok.tsx",
    'import { x } from "#lib/features/one/schema"; import type { Act } from "#lib/features/one/act"; export const ok = x; export type O = Act;',
  ],
  ["worker/index.ts", 'import { x } from "#lib/features/one/act"; export { x };'],
];

let root: string;
let found: { rule: string; from: string }[];

async function put(file: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), content);
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "dg-walls-"));
  const imports = {
    "#lib/*": "./lib/*.ts",
    "#components/*": "./components/*.tsx",
    "#worker-file": "./worker/index.ts",
  };
  const dependencies = Object.fromEntries(PACKAGES.map((name) => [name, "1.0.0"]));
  await put("package.json", JSON.stringify({ name: "walls", type: "module", imports, dependencies }));
  await put(
    "tsconfig.json",
    JSON.stringify({ compilerOptions: { moduleResolution: "bundler", module: "ESNext" } }),
  );
  for (const name of PACKAGES) {
    await put(
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, version: "1.0.0", main: "index.js" }),
    );
    await put(`node_modules/${name}/index.js`, "module.exports = {};");
  }
  for (const [file, source] of SOUND) await put(file, source);
  for (const [, file, source] of BREACHES) if (source) await put(file, source);
  found = await cruise();
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function cruise(): Promise<{ rule: string; from: string }[]> {
  const program = resolve("node_modules/.bin/depcruise");
  const config = resolve(".dependency-cruiser.mjs");
  const args = ["--config", config, "--output-type", "json", "app", "components", "lib", "worker"];
  const { stdout } = await promisify(execFile)(program, args, {
    cwd: root,
    maxBuffer: 32 * 1024 * 1024,
  }).catch(
    // Its exit code is the number of violations.
    (error: { stdout: string }) => error,
  );
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { rule: { name: string }; from: string }[] };
  };
  return summary.violations.map((violation) => ({ rule: violation.rule.name, from: violation.from }));
}

test.each(BREACHES)("%s stops %s", (rule, from) => {
  expect(found).toContainEqual({ rule, from });
});

test("what the house allows passes", () => {
  const innocent = SOUND.map(([file]) => file).filter((file) => !/^lib\/web\/[bdf]\.ts$/.test(file));
  expect(found.filter(({ from }) => innocent.includes(from))).toEqual([]);
});
