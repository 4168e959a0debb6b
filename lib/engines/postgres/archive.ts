import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "#lib/core/errors";
import type { ToolAccess } from "#lib/engines/postgres/access";
import { parseToc, selectFromToc, type Toc } from "#lib/engines/postgres/toc";
import type { FoundTool } from "#lib/engines/postgres/tools";
import { freeSoleView } from "#lib/streams/frames";
import { startTool } from "#lib/streams/process";

/** More than any contents that a person could have made. */
const MAX_TEXT_BYTES = 512 * 1024 * 1024;

/** A dump to restore: a stream of the custom format, or an unpacked directory. */
export interface Archive {
  /** Arguments that name the archive; none for a stream. */
  readonly args: readonly string[];
  /** The stream from its start; null for a directory. Callable again only before any of it was taken away. */
  readonly bytes: HeadStream | null;
}

/** A stream whose beginning can be read more than once. */
export class HeadStream {
  readonly #head: Uint8Array[] = [];
  readonly #rest: AsyncIterator<Uint8Array>;
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#rest = source[Symbol.asyncIterator]();
  }

  /** From the start on, keeping what is read; stopping early leaves the rest unread. */
  async *preview(): AsyncGenerator<Uint8Array> {
    yield* this.#head;
    while (!this.#ended) {
      const next = await this.#rest.next();
      if (next.done) this.#ended = true;
      else {
        this.#head.push(next.value);
        yield next.value;
      }
    }
  }

  /** All of it, once; what was kept is let go. A chunk is the reader's until it asks for the next one. */
  async *consume(): AsyncGenerator<Uint8Array> {
    try {
      for (let chunk = this.#head.shift(); chunk !== undefined; chunk = this.#head.shift()) {
        yield chunk;
        freeSoleView(chunk);
      }
      while (!this.#ended) {
        const next = await this.#rest.next();
        if (next.done) this.#ended = true;
        else {
          yield next.value;
          freeSoleView(next.value);
        }
      }
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    await this.#rest.return?.();
  }
}

async function printed(
  tool: FoundTool,
  args: readonly string[],
  archive: Archive,
  signal: AbortSignal,
): Promise<string> {
  const running = await startTool({
    file: tool.path,
    args: [...args, ...archive.args],
    env: {},
    signal,
    stdin: archive.bytes === null ? "ignore" : "pipe",
    stdout: "blocks",
  });
  const parts: Buffer[] = [];
  let size = 0;
  const reading = (async () => {
    for await (const block of running.blocks) {
      size += block.length;
      if (size > MAX_TEXT_BYTES) {
        running.kill();
        throw new AppError("RESTORE_FAILED", "The dump's table of contents is too large.");
      }
      parts.push(Buffer.from(block));
      running.release(block);
    }
  })();
  const feeding = archive.bytes === null ? null : running.feed(archive.bytes.preview());
  await Promise.all([feeding, running.finished, reading]);
  return Buffer.concat(parts).toString();
}

/** The dump's contents; of a stream only its head is read. */
export async function readToc(tool: FoundTool, archive: Archive, signal: AbortSignal): Promise<Toc> {
  return parseToc(await printed(tool, ["--schema-only", "--verbose", "--file=-"], archive, signal));
}

/** Writes the list that selects `tables` and answers the argument that uses it. Throws NOT_FOUND. */
export async function selectionArgument(
  tool: FoundTool,
  archive: Archive,
  toc: Toc,
  tables: readonly string[],
  access: ToolAccess,
  signal: AbortSignal,
): Promise<string> {
  const listing = await printed(tool, ["--list"], archive, signal);
  const { lines, missing } = selectFromToc(toc, listing, tables);
  if (missing.length > 0) {
    throw new AppError("NOT_FOUND", `The backup does not hold ${missing.join(", ")}. Nothing was changed.`);
  }
  const file = join(access.directory, "restore.list");
  await writeFile(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  return `--use-list=${file}`;
}
