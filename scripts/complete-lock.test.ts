import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { complete, platformOf } from "#scripts/complete-lock";

test("the lock file names the packages of every platform, so that npm ci accepts it", async () => {
  const lock = JSON.parse(await readFile("package-lock.json", "utf8"));
  expect(complete(lock.packages), "run: node scripts/complete-lock.ts").toEqual([]);
});

test("a package's name says where it fits", () => {
  expect(platformOf("@swc/core-linux-arm64-musl")).toEqual({ os: ["linux"], cpu: ["arm64"], libc: ["musl"] });
  expect(platformOf("@swc/core-win32-x64-msvc")).toEqual({ os: ["win32"], cpu: ["x64"] });
  expect(platformOf("@tailwindcss/oxide-wasm32-wasi")).toEqual({ cpu: ["wasm32"] });
  expect(platformOf("cpu-features")).toBeNull();
});
