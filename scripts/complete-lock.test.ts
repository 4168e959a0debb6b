import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { complete, markPrebuilt, platformOf } from "#scripts/complete-lock";

test("the lock file names the packages of every platform, so that npm ci accepts it", async () => {
  const lock = JSON.parse(await readFile("package-lock.json", "utf8"));
  expect(complete(lock.packages), "run: node scripts/complete-lock.ts").toEqual([]);
});

test("the lock file says which packages bring their addon built, so that npm ci needs no compiler", async () => {
  const { packages } = JSON.parse(await readFile("package-lock.json", "utf8"));
  expect(await markPrebuilt(packages, "."), "run: node scripts/complete-lock.ts").toEqual([]);
  expect(packages["node_modules/better-sqlite3"]).toHaveProperty("gypfile", false);
});

test("a package's name says where it fits", () => {
  expect(platformOf("@swc/core-linux-arm64-musl")).toEqual({ os: ["linux"], cpu: ["arm64"], libc: ["musl"] });
  expect(platformOf("@swc/core-win32-x64-msvc")).toEqual({ os: ["win32"], cpu: ["x64"] });
  expect(platformOf("@tailwindcss/oxide-wasm32-wasi")).toEqual({ cpu: ["wasm32"] });
  expect(platformOf("cpu-features")).toBeNull();
});
