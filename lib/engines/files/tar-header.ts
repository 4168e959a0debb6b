/** Bytes of a record: headers and contents come in whole ones (POSIX.1-2017, pax, ustar interchange format). */
export const RECORD = 512;

const MAX_OCTAL_ID = 0o7777777;
const MAX_OCTAL_SIZE = 0o77777777777;

export type EntryType = "file" | "directory" | "symlink" | "link";
const TYPE_FLAG: Record<EntryType | "pax", string> = {
  file: "0",
  link: "1",
  symlink: "2",
  directory: "5",
  pax: "x",
};

export interface TarEntry {
  readonly type: EntryType;
  /** Relative, "/" between names. */
  readonly path: string;
  /** Where a link leads. */
  readonly target?: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly uname: string;
  readonly gname: string;
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly mtimeNs: bigint;
}

/** Bytes that fill up a record after `size` bytes of contents. */
export const paddingOf = (size: number) => (RECORD - (size % RECORD)) % RECORD;

/** The header of an entry, with a pax header before it for what the old fields cannot say. */
export function tarHeader(entry: TarEntry): Buffer {
  const path = entry.type === "directory" ? `${entry.path}/` : entry.path;
  const target = entry.target ?? "";
  const records = paxRecords(entry, path, target);
  const main = ustar({ ...entry, flag: TYPE_FLAG[entry.type], path, target });
  if (records === "") return main;
  const body = Buffer.from(records);
  const head = ustar({
    ...entry,
    flag: TYPE_FLAG.pax,
    path: "PaxHeaders/entry",
    target: "",
    mode: 0o644,
    size: body.length,
  });
  return Buffer.concat([head, body, Buffer.alloc(paddingOf(body.length)), main]);
}

function paxRecords(entry: TarEntry, path: string, target: string): string {
  const seconds = secondsOf(entry.mtimeNs);
  const fraction = entry.mtimeNs - seconds * 1_000_000_000n;
  return [
    splitName(path) === null ? record("path", path) : "",
    fitsPlain(target, 100) ? "" : record("linkpath", target),
    entry.size > MAX_OCTAL_SIZE ? record("size", `${entry.size}`) : "",
    entry.uid > MAX_OCTAL_ID ? record("uid", `${entry.uid}`) : "",
    entry.gid > MAX_OCTAL_ID ? record("gid", `${entry.gid}`) : "",
    fitsPlain(entry.uname, 31) ? "" : record("uname", entry.uname),
    fitsPlain(entry.gname, 31) ? "" : record("gname", entry.gname),
    seconds < 0n || fraction > 0n ? record("mtime", decimal(entry.mtimeNs)) : "",
  ].join("");
}

/** Rounded down, so that the fraction is never negative. */
const secondsOf = (ns: bigint) =>
  (ns - (((ns % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n)) / 1_000_000_000n;

function decimal(ns: bigint): string {
  const positive = ns < 0n ? -ns : ns;
  const fraction = (positive % 1_000_000_000n).toString().padStart(9, "0").replace(/0+$/, "");
  const whole = `${ns < 0n ? "-" : ""}${positive / 1_000_000_000n}`;
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

/** `length key=value\n`, where the length counts itself. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + `${bytes}`.length;
  if (`${length}`.length > `${bytes}`.length) length = bytes + `${length}`.length;
  return `${length}${rest}`;
}

const fitsPlain = (text: string, bytes: number) => text.length <= bytes && /^[\x20-\x7e]*$/.test(text);

/** The two fields that a path can stand in; null where it needs a pax record. */
function splitName(path: string): { name: string; prefix: string } | null {
  if (!/^[\x20-\x7e]*$/.test(path) || path.length > 256) return null;
  if (path.length <= 100) return { name: path, prefix: "" };
  for (let slash = path.indexOf("/"); slash > 0 && slash <= 155; slash = path.indexOf("/", slash + 1)) {
    const name = path.slice(slash + 1);
    if (name !== "" && name.length <= 100) return { name, prefix: path.slice(0, slash) };
  }
  return null;
}

function ustar(entry: Omit<TarEntry, "type"> & { flag: string; target: string }): Buffer {
  const block = Buffer.alloc(RECORD);
  const place = splitName(entry.path) ?? { name: "long-name", prefix: "" };
  const octal = (value: number, offset: number, digits: number) =>
    block.write(value.toString(8).padStart(digits, "0"), offset, "latin1");
  block.write(place.name, 0, "latin1");
  octal(entry.mode & 0o7777, 100, 7);
  octal(Math.min(entry.uid, MAX_OCTAL_ID), 108, 7);
  octal(Math.min(entry.gid, MAX_OCTAL_ID), 116, 7);
  octal(Math.min(entry.size, MAX_OCTAL_SIZE), 124, 11);
  octal(Math.max(0, Number(secondsOf(entry.mtimeNs))), 136, 11);
  block.write("        ", 148, "latin1");
  block.write(entry.flag, 156, "latin1");
  if (fitsPlain(entry.target, 100)) block.write(entry.target, 157, "latin1");
  block.write("ustar\u000000", 257, "latin1");
  if (fitsPlain(entry.uname, 31)) block.write(entry.uname, 265, "latin1");
  if (fitsPlain(entry.gname, 31)) block.write(entry.gname, 297, "latin1");
  octal(0, 329, 7);
  octal(0, 337, 7);
  block.write(place.prefix, 345, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}
