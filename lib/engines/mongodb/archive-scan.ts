import { BSON } from "bson";
import { FormatError } from "#lib/streams/byte-reader";

/** mongo-tools, common/archive/spec.md: the first four bytes, as a little-endian number. */
const MAGIC = 0x8199e26d;
const TERMINATOR = -1;
/** A document of the server is at most 16 MiB; the tools allow it some more on the way. */
const MAX_DOCUMENT = 48 * 1024 * 1024;
const MIN_DOCUMENT = 5;
/** Where a dump with `--oplog` puts its entries: a collection of no database (mongo-tools, mongodump/prepare.go). */
const OPLOG = ".oplog";

/** One collection as the archive's beginning lists it. */
export interface ArchiveCollection {
  readonly database: string;
  readonly name: string;
  /** "" for a plain collection, else "view" or "timeseries". */
  readonly type: string;
  /** Options and indexes as Extended JSON; "" where there are none. */
  readonly metadata: string;
}

export interface Prelude {
  readonly serverVersion: string;
  readonly toolVersion: string;
  /** Without the oplog. */
  readonly collections: readonly ArchiveCollection[];
  /** What was written during the dump comes along, at the end. */
  readonly hasOplog: boolean;
}

interface Namespace {
  documents: number;
  ended: boolean;
}

/** Where in the archive the next four bytes stand. */
type Place = "magic" | "header" | "collections" | "block" | "documents";

/**
 * Reads a mongodump archive as it passes: magic number, header, collections, then blocks of documents, each
 * under a header that names its collection, and at last one empty block per collection that says EOF (the
 * same spec.md). Documents themselves are stepped over by their length. Throws FormatError.
 */
export class ArchiveScan {
  #place: Place = "magic";
  /** The first bytes of what comes next, gathered over chunks: a length, or a document that is read. */
  #parts: Buffer[] = [];
  #have = 0;
  #need = 4;
  #skip = 0;
  #header: BSON.Document | null = null;
  readonly #collections: ArchiveCollection[] = [];
  readonly #namespaces = new Map<string, Namespace>();
  #current: Namespace | null = null;
  #complete = false;

  /** The archive's beginning; null until all of it has passed. */
  get prelude(): Prelude | null {
    if (!this.#complete) return null;
    return {
      serverVersion: String(this.#header?.server_version ?? ""),
      toolVersion: String(this.#header?.tool_version ?? ""),
      collections: this.#collections.filter((collection) => fullName(collection) !== OPLOG),
      hasOplog: this.#collections.some((collection) => fullName(collection) === OPLOG),
    };
  }

  update(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let at = 0; at < bytes.length; ) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, bytes.length - at);
        this.#skip -= step;
        at += step;
      } else if (this.#have === 0 && bytes.length - at >= this.#need) {
        at += this.#need;
        this.#token(bytes.subarray(at - this.#need, at));
      } else {
        const part = bytes.subarray(at, at + this.#need - this.#have);
        // The chunk's memory is not ours after this call.
        this.#parts.push(Buffer.from(part));
        this.#have += part.length;
        at += part.length;
        if (this.#have === this.#need) this.#token(this.#gathered());
      }
    }
  }

  /** Passes chunks on and looks at them. */
  async *watch<T extends Uint8Array>(chunks: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const chunk of chunks) {
      this.update(chunk);
      yield chunk;
    }
  }

  /** Throws FormatError unless the archive ended where one ends, with every collection closed. */
  assertWhole(): void {
    const between = this.#place === "block" && this.#have === 0 && this.#skip === 0;
    if (!between) throw new FormatError("The archive ends in the middle: it was cut off.");
    const open = [...this.#namespaces].filter(([, { ended }]) => !ended).map(([name]) => name);
    const absent = this.#collections.filter((collection) => !this.#isThere(collection)).map(fullName);
    const missing = [...open, ...absent];
    if (missing.length > 0) {
      const names = missing.slice(0, 5).join(", ");
      throw new FormatError(`The archive lacks the end of ${names}: it was cut off.`);
    }
  }

  /** Documents by `database.collection`, for all that hold data but the oplog. */
  documents(): Map<string, number> {
    const held = [...this.#namespaces].filter(([name]) => name !== OPLOG);
    return new Map(held.map(([name, { documents }]) => [name, documents]));
  }

  /** Entries of the oplog; null in an archive without one. */
  oplogEntries(): number | null {
    return this.#namespaces.get(OPLOG)?.documents ?? null;
  }

  /** A time series' documents come under the name of its buckets. */
  #isThere(collection: ArchiveCollection): boolean {
    const buckets = fullName({ ...collection, name: `system.buckets.${collection.name}` });
    return this.#namespaces.has(fullName(collection)) || this.#namespaces.has(buckets);
  }

  #gathered(): Buffer {
    const all = Buffer.concat(this.#parts, this.#have);
    this.#parts = [];
    this.#have = 0;
    return all;
  }

  #token(bytes: Buffer): void {
    if (this.#place === "magic") {
      if (bytes.readUInt32LE(0) !== MAGIC) throw new FormatError("This is no archive of mongodump.");
      this.#place = "header";
    } else if (this.#need > 4) {
      this.#need = 4;
      this.#document(bytes);
    } else if (bytes.readInt32LE(0) === TERMINATOR) this.#terminator();
    else this.#length(bytes.readInt32LE(0), bytes);
  }

  /** A length is the first part of its document, so a document that is read is asked for without it. */
  #length(length: number, bytes: Buffer): void {
    if (length < MIN_DOCUMENT || length > MAX_DOCUMENT) {
      throw new FormatError(`The archive is damaged: ${length} is no length of a document.`);
    }
    if (this.#place === "documents") {
      if (this.#current !== null) this.#current.documents += 1;
      this.#skip = length - 4;
      return;
    }
    this.#parts = [Buffer.from(bytes)];
    this.#have = 4;
    this.#need = length;
  }

  #terminator(): void {
    if (this.#place !== "collections" && this.#place !== "documents") {
      throw new FormatError("The archive is damaged: a block without a header.");
    }
    if (this.#place === "collections") this.#complete = true;
    this.#place = "block";
  }

  #document(bytes: Buffer): void {
    const document = parse(bytes);
    if (this.#place === "header") {
      this.#header = document;
      this.#place = "collections";
    } else if (this.#place === "collections") this.#collections.push(collectionOf(document));
    else {
      const name = fullName({ database: String(document.db), name: String(document.collection) });
      const namespace = this.#namespaces.get(name) ?? { documents: 0, ended: false };
      namespace.ended = document.EOF === true;
      this.#namespaces.set(name, namespace);
      this.#current = namespace;
      this.#place = "documents";
    }
  }
}

export const fullName = (of: { database: string; name: string }) => `${of.database}.${of.name}`;

function collectionOf(document: BSON.Document): ArchiveCollection {
  const { db, collection, metadata, type } = document;
  return { database: String(db), name: String(collection), type: type ?? "", metadata: metadata ?? "" };
}

function parse(bytes: Buffer): BSON.Document {
  try {
    return BSON.deserialize(bytes);
  } catch {
    throw new FormatError("The archive is damaged: a header cannot be read.");
  }
}
