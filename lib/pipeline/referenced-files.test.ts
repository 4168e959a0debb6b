import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { query as sql } from "#e2e/servers/query";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { connectionOf } from "#e2e/servers/world";
import { backupOptions } from "#lib/core/backup-options";
import { postgres } from "#lib/engines/postgres";
import { verifyArtifact } from "#lib/pipeline/artifact";
import { runBackup } from "#lib/pipeline/backup";
import { type FileSource, localFiles, storageFiles } from "#lib/pipeline/file-source";
import { local } from "#lib/storage/local";

const directory = "shop/nightly/run";
const signal = new AbortController().signal;

describe.skipIf(!process.env.TEST_POSTGRES_URL)("referenced files (apt-get install postgresql)", () => {
  let root: string;
  let database: TestDatabase;
  let lines: string[];

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "dg-referenced-"));
    mkdirSync(join(root, "media", "2026"), { recursive: true });
    mkdirSync(join(root, "storage"));
    writeFileSync(join(root, "media", "2026", "ünï code.jpg"), "picture");
    writeFileSync(join(root, "media", "big.bin"), Buffer.alloc(3_000_000, 7));
    writeFileSync(join(root, "secret"), "not for the backup");
    symlinkSync(join(root, "secret"), join(root, "media", "leads-out"));
    database = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
    await sql(database.url, "CREATE TABLE media (path text)");
    const named = [
      "2026/ünï code.jpg",
      "big.bin",
      "big.bin",
      "leads-out",
      "../secret",
      "gone.jpg",
      "",
      "2026",
    ];
    named.push(join(root, "media", "big.bin"), "/etc/passwd");
    for (const path of named) await sql(database.url, `INSERT INTO media VALUES ('${path}')`);
    await sql(database.url, "INSERT INTO media VALUES (NULL)");
  });
  afterAll(async () => {
    await database.drop();
    rmSync(root, { recursive: true });
  });

  function backup(referencedFrom: FileSource, referenced: object = {}) {
    lines = [];
    rmSync(join(root, "storage", "shop"), { recursive: true, force: true });
    const adapter = local.open({ path: join(root, "storage") }, { allowedRoots: [root], isNew: true });
    const options = backupOptions.parse({
      referenced_files: {
        enabled: true,
        discovery_query: "SELECT 1 AS n, path FROM media",
        path_column: "path",
        base_directories: [join(root, "media")],
        ...referenced,
      },
    });
    const request = {
      executionId: "abcdef01",
      jobId: null,
      engine: postgres,
      config: { ...connectionOf(database.url), ssl_enabled: false },
      options,
      targets: [{ storageLocationId: "s", adapter }],
      directory,
      createdAt: new Date(),
      stallMs: 60_000,
      metadata: {},
      referencedFrom,
    };
    const io = {
      signal,
      log: (level: string, message: string) => void lines.push(`${level} ${message}`),
      tempDirectory: mkdtempSync(join(root, "temp-")),
      places: { allowedRoots: [root], ownPaths: [] },
      onProgress: () => undefined,
    };
    return { run: runBackup(request, io), adapter };
  }

  const list = (file: string) =>
    execFileSync("tar", ["--zstd", "--quoting-style=literal", "-tf", join(root, "storage", directory, file)])
      .toString("utf8")
      .trim()
      .split("\n");

  it("go along as one tar, each once, and nothing from outside", async () => {
    const { run, adapter } = backup(localFiles([join(root, "media")], [root]));
    const { manifest } = await run;
    const [attachment] = manifest.attachments ?? [];
    expect(attachment).toMatchObject({ file: "referenced-files.tar.zst", files_count: 2 });
    const below = join(root, "media").slice(1);
    expect(list("referenced-files.tar.zst").sort()).toEqual(
      [`${below}/2026/ünï code.jpg`, `${below}/big.bin`].sort(),
    );
    for (const path of ["gone.jpg", "leads-out", "../secret", "/etc/passwd", "2026"]) {
      expect(lines.join("\n")).toContain(path);
    }
    await verifyArtifact({ manifest, directory, adapter }, { signal });
    writeFileSync(join(root, "storage", directory, "referenced-files.tar.zst"), "damaged");
    await expect(verifyArtifact({ manifest, directory, adapter }, { signal })).rejects.toMatchObject({
      code: "ARTIFACT_CORRUPT",
    });
  });

  it.each([
    [{ missing_file_policy: "fail" }, "DUMP_FAILED", "missing"],
    [{ max_files: 3 }, "DUMP_FAILED", "more than 3"],
    [{ path_column: "file" }, "QUERY_EXECUTION_FAILED", "no column file"],
    [{ discovery_query: "DELETE FROM media" }, "QUERY_EXECUTION_FAILED", ""],
    [{ discovery_query: "SELECT * FROM absent" }, "QUERY_EXECUTION_FAILED", "absent"],
  ])("end the backup where %o says so", async (referenced, code, words) => {
    const { run } = backup(localFiles([join(root, "media")], [root]), referenced);
    await expect(run).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
    expect(readdirSync(join(root, "storage")).filter((name) => !name.startsWith("."))).toEqual([]);
  });

  it("are read from a storage location too", async () => {
    const media = local.open({ path: join(root, "elsewhere") }, { allowedRoots: [root], isNew: true });
    const bytes = (async function* () {
      yield Buffer.from("far away");
    })();
    await media.put("uploads/2026/ünï code.jpg", bytes, { signal });
    const { run } = backup(storageFiles(["/uploads"], media), { base_directories: ["/uploads"] });
    expect((await run).manifest.attachments).toMatchObject([{ files_count: 1 }]);
    expect(list("referenced-files.tar.zst")).toEqual(["uploads/2026/ünï code.jpg"]);
  });
});
