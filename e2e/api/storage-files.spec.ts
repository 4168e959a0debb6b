import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { dirname, join } from "node:path";
import { expect } from "@playwright/test";
import type { ApiClient } from "#e2e/api/api-client";
import { createUser, OWNER, test } from "#e2e/api/installation";
import { completed, type Execution, makeDatasource, makeJob, makeStorage, runJob } from "#e2e/api/make";
import { BAD_PATHS } from "#e2e/api/payloads";
import { expectRefusal } from "#e2e/api/refusal";
import { query } from "#e2e/servers/query";
import { readZip } from "#e2e/servers/read-zip";
import { createDatabase, type TestDatabase, urlFrom } from "#e2e/servers/test-database";
import { until } from "#e2e/servers/until";

interface FileRow {
  readonly path: string;
  readonly name: string;
  readonly kind: string;
  readonly role: string;
  readonly size_bytes: number | null;
  readonly execution_id: string | null;
  readonly chunk_number: number | null;
  readonly backups_count: number | null;
}
interface Page {
  readonly path: string;
  readonly data: readonly FileRow[];
  readonly next_cursor: string | null;
}

let database: TestDatabase;
let id = "";
let root = "";
let backup: Execution;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ installation }) => {
  database = await createDatabase(urlFrom("TEST_POSTGRES_URL"));
  await query(database.url, "CREATE TABLE numbers AS SELECT generate_series(1, 1000) AS n");
  const { owner } = installation;
  id = await makeStorage(installation);
  const { body } = await owner.get<{ config: { path: string } }>(`/storage-locations/${id}`);
  root = body.config.path;
  const job = await makeJob(owner, await makeDatasource(owner, database.url), id);
  backup = await completed(owner, await runJob(owner, job));
});

test.afterAll(() => database.drop());

function put(path: string, content: string | Buffer = `content of ${path}`): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

const folderOfBackup = () => backup.copies[0]?.backup_path ?? "";
const at = (path: string, what = "") =>
  `/storage-locations/${id}/files${what}?${new URLSearchParams({ path })}`;
const list = (api: ApiClient, path: string, more = "") => api.get<Page>(`${at(path)}${more}`);
const copy = (api: ApiClient, source_path: unknown, destination_path: unknown) =>
  api.post(`/storage-locations/${id}/files/copy`, { source_path, destination_path });

test("folders lead to a backup, and each of its files says what it is", async ({
  installation: { owner },
}) => {
  put("stray.txt");
  const folder = folderOfBackup();
  const [first = ""] = folder.split("/");
  const top = await owner.get<Page>(`/storage-locations/${id}/files`);
  expect(top.body).toMatchObject({
    path: "",
    data: [
      { path: first, kind: "folder", role: "folder", size_bytes: null, execution_id: null, backups_count: 1 },
      { path: "stray.txt", kind: "file", role: "other", size_bytes: 20, execution_id: null },
    ],
    next_cursor: null,
  });
  const above = await list(owner, dirname(folder));
  expect(above.body.data).toMatchObject([{ path: folder, role: "backup", execution_id: backup.id }]);
  const { data } = (await list(owner, folder)).body;
  expect(data.map((row) => row.role).sort()).toEqual(["artifact", "log", "manifest"]);
  expect(data.every((row) => row.execution_id === backup.id)).toBe(true);
  const page = await list(owner, folder, "&limit=2");
  const rest = await list(owner, folder, `&limit=2&cursor=${page.body.next_cursor}`);
  expect([...page.body.data, ...rest.body.data]).toEqual(data);
});

test("no path leads out, in whatever dress", async ({ installation: { owner } }) => {
  symlinkSync("/etc", join(root, "link"));
  for (const path of BAD_PATHS) {
    const answers = [
      await owner.get(at(path)),
      await owner.delete(at(path)),
      await owner.get(at(path, "/download")),
      await copy(owner, path, "new"),
      await copy(owner, "stray.txt", path),
    ];
    for (const [index, answer] of answers.entries()) {
      expectRefusal(answer, `${index} ${JSON.stringify(path)}`);
      expect(answer.body.error, `${index} ${JSON.stringify(path)}`).toBe("INVALID_STORAGE_PATH");
    }
  }
  for (const raw of ["%00", "%c0%ae%c0%ae%2f", "..%2f..%2fetc", "%ff"]) {
    for (const what of ["", "/download"]) {
      const answer = await owner.get(`/storage-locations/${id}/files${what}?path=${raw}`);
      expectRefusal(answer, raw);
      expect(answer.body.error, raw).toBe("INVALID_STORAGE_PATH");
    }
  }
  for (const wrong of [7, null, [], { $ne: 1 }, undefined]) {
    expectRefusal(await copy(owner, wrong, "new"), String(wrong), 422, "source_path");
    expectRefusal(await copy(owner, "stray.txt", wrong), String(wrong), 422, "destination_path");
  }
  for (const more of ["&limit=0", "&limit=1001", "&limit=x", "&offset=1", `&cursor=${"x".repeat(5000)}`]) {
    expectRefusal((await list(owner, "", more)) as never, more);
  }
  expectRefusal(await owner.delete(`/storage-locations/${id}/files`), "the root");
  expect(readdirSync(root)).toEqual(expect.arrayContaining([".dg-storage", "stray.txt", "link"]));
  expect(existsSync("/etc/passwd")).toBe(true);
});

test("what is not there is 404, what cannot be reached 400, and neither is empty", async ({
  installation,
}) => {
  const { owner } = installation;
  for (const path of ["absent", "stray.txt/below", "100% sure"]) {
    for (const answer of [
      await owner.get(at(path)),
      await owner.delete(at(path)),
      await owner.get(at(path, "/download")),
      await copy(owner, path, "new"),
    ]) {
      expectRefusal(answer, path, 404);
      expect(answer.body.error).toBe("STORAGE_PATH_NOT_FOUND");
    }
  }
  renameSync(root, `${root}-unplugged`);
  try {
    for (const answer of [
      await owner.get(at("")),
      await owner.delete(at("stray.txt")),
      await owner.get(at("", "/download")),
      await copy(owner, "stray.txt", "new"),
    ]) {
      expectRefusal(answer, "unplugged", 400);
      expect(answer.body.error).toBe("STORAGE_UNREACHABLE");
    }
  } finally {
    renameSync(`${root}-unplugged`, root);
  }
});

test("a listed backup's files are refused by the execution's name; strays go, on record", async ({
  installation,
}) => {
  const { owner, databaseUrl } = installation;
  const folder = folderOfBackup();
  for (const path of [`${folder}/manifest.json`, folder, dirname(folder), folder.split("/")[0] ?? ""]) {
    const answer = await owner.delete(at(path));
    expectRefusal(answer, path, 409);
    expect(answer.body.message).toContain(backup.id);
    expect(answer.body.message).toContain("Delete the execution");
    expect(answer.body.details).toEqual({ execution_ids: [backup.id] });
  }
  put("stray/deep/file.txt");
  expect((await owner.delete(at("stray"))).body).toEqual({ path: "stray", kind: "folder" });
  expect(existsSync(join(root, "stray"))).toBe(false);
  const sql = `SELECT actor_username, changes->>'path' FROM audit_logs WHERE action = 'storage.path.delete' AND resource_id = '${id}'`;
  expect(await query(databaseUrl, sql)).toEqual([[OWNER.username, "stray"]]);
});

test("a copy is refused over what exists and within a backup", async ({ installation: { owner } }) => {
  expect((await copy(owner, "stray.txt", "copies/stray.txt")).body).toEqual({
    path: "copies/stray.txt",
    size_bytes: 20,
  });
  expect(readFileSync(join(root, "copies/stray.txt"), "utf8")).toBe("content of stray.txt");
  const refused = [
    ["stray.txt", "stray.txt"],
    ["stray.txt", "copies/stray.txt"],
    ["stray.txt", "copies"],
    ["copies", "elsewhere"],
    ["stray.txt", "stray.txt/below"],
    ["stray.txt", `${folderOfBackup()}/more.part-002`],
  ];
  for (const [from, to] of refused) {
    const answer = await copy(owner, from, to);
    expectRefusal(answer, `${from} ${to}`);
    expect(answer.body.error, `${from} ${to}`).toBe("INVALID_STORAGE_COPY");
  }
});

test("a file comes as it is, a folder as an archive", async ({ installation: { owner } }) => {
  const file = await owner.fetch("GET", at("stray.txt", "/download"));
  // Pressing what mostly is compressed already would only cost time.
  expect(file.headers.get("content-encoding")).toBeNull();
  expect(file.headers.get("content-disposition")).toBe(
    `attachment; filename="stray.txt"; filename*=UTF-8''stray.txt`,
  );
  expect(await file.text()).toBe("content of stray.txt");
  const folder = folderOfBackup();
  const top = folder.split("/")[0] ?? "";
  const archive = await owner.fetch("GET", at(top, "/download"));
  expect(archive.headers.get("content-type")).toBe("application/zip");
  expect(archive.headers.get("content-disposition")).toContain(`filename="${top}.zip"`);
  const files = readZip(Buffer.from(await archive.arrayBuffer()));
  expect([...files.keys()].sort()).toEqual(
    readdirSync(join(root, folder))
      .sort()
      .map((name) => `${folder}/${name}`),
  );
  for (const [path, bytes] of files) expect(bytes.equals(readFileSync(join(root, path))), path).toBe(true);
});

test("a client that goes away ends its download", async ({ installation: { owner, databaseUrl } }) => {
  const folder = folderOfBackup();
  // Larger than all buffers on the way, so that the answer is still under way when the client leaves.
  put(`${folder}/large.bin`, Buffer.alloc(64 * 1024 * 1024, "x"));
  const pinned = async () => {
    const rows = await query(
      databaseUrl,
      "SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory' AND classid = 25703",
    );
    return Number(rows[0]?.[0]);
  };
  for (const path of [`${folder}/large.bin`, folder]) {
    await new Promise<void>((resolve, reject) => {
      const url = `${owner.url}/api${at(path, "/download")}`;
      const client = request(url, { headers: { ...owner.headers } }, (response) => {
        response.once("data", () => {
          response.pause();
          until("the backup is pinned", async () => (await pinned()) > 0).then(() => {
            client.destroy();
            resolve();
          }, reject);
        });
        response.on("error", () => undefined);
      });
      client.on("error", () => undefined);
      client.end();
    });
    await until("the pin is gone", async () => (await pinned()) === 0);
  }
});

test("readers and operators look; a keeper needs an administrator to delete", async ({ installation }) => {
  const { databaseUrl, nobody } = installation;
  const login = async (role: string) => {
    const user = await createUser(databaseUrl, role);
    return { ...user, api: await nobody.login(user.username, user.password) };
  };
  const reader = await login("readonly");
  const operator = await login("operator");
  expect((await list(reader.api, "")).status).toBe(200);
  expect((await reader.api.get(at("stray.txt", "/download"))).status).toBe(403);
  expect((await operator.api.get(at("stray.txt", "/download"))).status).toBe(200);
  for (const { api } of [reader, operator]) {
    expect((await api.delete(at("stray.txt"))).status).toBe(403);
    expect((await copy(api, "stray.txt", "new")).status).toBe(403);
  }
  await query(
    databaseUrl,
    `INSERT INTO roles (key, name, updated_at) VALUES ('keeper', 'Keeper', now());
     INSERT INTO role_permissions (role_id, permission_key)
       SELECT id, unnest(ARRAY['storage.read', 'storage.write']) FROM roles WHERE key = 'keeper'`,
  );
  const keeper = await login("keeper");
  const refused = await keeper.api.delete(at("stray.txt"));
  expectRefusal(refused, "keeper", 428);
  expect(refused.body.details).toEqual({
    action: "storage.path.delete",
    resource_type: "storage_path",
    resource_id: `${id}/stray.txt`,
  });
  const approve = async (path: string) => {
    const sql = `INSERT INTO critical_approval_requests
        (action, resource_type, resource_id, status, requester_user_id, expires_at)
      VALUES ('storage.path.delete', 'storage_path', '${id}/${path}', 'approved', '${keeper.id}', now() + interval '1 h')
      RETURNING id`;
    return keeper.api.with({ "x-critical-approval-id": String((await query(databaseUrl, sql))[0]?.[0]) });
  };
  // An approval opens the one path it was given for.
  const other = await (await approve("copies")).delete(at("stray.txt"));
  expect(other.body.error).toBe("APPROVAL_REQUEST_RESOURCE_MISMATCH");
  const password = keeper.api.with({ "x-admin-password": OWNER.password });
  expect((await password.delete(at("copies"))).status).toBe(200);
  expect((await (await approve("stray.txt")).delete(at("stray.txt"))).status).toBe(200);
  expect(existsSync(join(root, "stray.txt"))).toBe(false);
});
