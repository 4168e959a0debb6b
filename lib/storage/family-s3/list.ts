import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from "@aws-sdk/client-s3";
import type { S3Link } from "#lib/storage/family-s3/link";
import { pathSegments, RESERVED_PREFIX } from "#lib/storage/object-path";
import { type StorageEntry, StorageError, type StoragePage } from "#lib/storage/types";

const PAGE = 1000;
/** Sorts behind everything that can lie in a folder. */
const LAST = "\u{10ffff}";

const NO_LISTING = "What answers there does not list like S3. Check the endpoint.";

interface Found {
  readonly entries: StorageEntry[];
  /** Something lies there, be it hidden. */
  readonly any: boolean;
}

/** Direct children, folders first. The service mixes both in one order, so it is read once for each kind. */
export async function listFolder(
  link: S3Link,
  path: string,
  options: { cursor?: string; limit?: number },
): Promise<StoragePage> {
  const segments = pathSegments(path, true);
  const folder = segments.length === 0 ? link.place.prefix : `${link.place.prefix}${segments.join("/")}/`;
  const limit = Math.max(1, Math.min(options.limit ?? PAGE, PAGE));
  const cursor = options.cursor === undefined ? "" : Buffer.from(options.cursor, "base64url").toString();
  const entries: StorageEntry[] = [];
  let any = cursor !== "";
  for (const kind of ["folder", "file"] as const) {
    if (kind === "folder" && cursor.startsWith("1")) continue;
    const after = cursor.startsWith(keyOf(kind)) ? cursor.slice(1) : "";
    const found = await scan(link, folder, path, kind, after, limit + 1 - entries.length);
    entries.push(...found.entries);
    any ||= found.any;
    if (entries.length > limit) break;
  }
  if (!any && segments.length > 0) throw new StorageError("not-found", `There is no folder ${path}.`);
  const page = entries.slice(0, limit);
  const last = page.at(-1);
  if (entries.length <= limit || last === undefined) return { entries: page, cursor: null };
  const name = last.path.slice(path === "" ? 0 : path.length + 1);
  return { entries: page, cursor: Buffer.from(`${keyOf(last.kind)}${name}`).toString("base64url") };
}

const keyOf = (kind: StorageEntry["kind"]) => (kind === "folder" ? "0" : "1");

async function scan(
  link: S3Link,
  folder: string,
  path: string,
  kind: StorageEntry["kind"],
  after: string,
  limit: number,
): Promise<Found> {
  const entries: StorageEntry[] = [];
  let any = false;
  const from = kind === "folder" ? `${folder}${after}/${LAST}` : `${folder}${after}`;
  const pages = objectPages(link, {
    Prefix: folder,
    Delimiter: "/",
    ...(after !== "" && { StartAfter: from }),
  });
  for await (const page of pages) {
    any ||= (page.KeyCount ?? 0) > 0 || (page.Contents ?? []).length > 0;
    for (const entry of kind === "folder" ? foldersOf(page, folder) : filesOf(page, folder)) {
      entries.push({ ...entry, path: path === "" ? entry.path : `${path}/${entry.path}` });
    }
    if (entries.length >= limit) break;
  }
  return { entries: entries.slice(0, limit), any };
}

function foldersOf(page: ListObjectsV2CommandOutput, folder: string): StorageEntry[] {
  return (page.CommonPrefixes ?? [])
    .map(({ Prefix = "" }) => Prefix.slice(folder.length, -1))
    .filter(isShown)
    .map((path) => ({ path, kind: "folder", sizeBytes: null, modifiedAt: null }));
}

/** Some tools keep an empty object with the folder's own name: that is no file. */
function filesOf(page: ListObjectsV2CommandOutput, folder: string): StorageEntry[] {
  return (page.Contents ?? [])
    .map(({ Key = "", Size, LastModified }) => ({
      path: Key.slice(folder.length),
      kind: "file" as const,
      sizeBytes: Size ?? null,
      modifiedAt: LastModified ?? null,
    }))
    .filter((entry) => isShown(entry.path));
}

const isShown = (name: string) => name !== "" && !name.startsWith(RESERVED_PREFIX);

/** Every page of a listing, in the order of the keys. Rejects where one of them fails. */
export async function* objectPages(
  link: S3Link,
  input: { Prefix: string; Delimiter?: string; StartAfter?: string },
): AsyncGenerator<ListObjectsV2CommandOutput> {
  for (let token: string | undefined; ; ) {
    const page: ListObjectsV2CommandOutput = await link.call(
      { permission: "s3:ListBucket", path: "", signal: null },
      (client, options) =>
        client.send(
          new ListObjectsV2Command({
            Bucket: link.place.bucket,
            MaxKeys: PAGE,
            ...input,
            ...(token !== undefined && { ContinuationToken: token }),
          }),
          options,
        ),
    );
    // Every listing says so. What does not is another server's page, and must not pass for an empty storage.
    if (page.IsTruncated === undefined) throw new StorageError("permanent", NO_LISTING);
    yield page;
    if (!page.IsTruncated) return;
    token = page.NextContinuationToken;
    if (token === undefined)
      throw new StorageError("permanent", "The listing broke off without a way to go on.");
  }
}
