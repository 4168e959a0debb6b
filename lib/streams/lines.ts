import { StringDecoder } from "node:string_decoder";
import { stripVTControlCharacters } from "node:util";

const MAX_LINES = 200;
const MAX_LINE_CHARACTERS = 4096;

/** Takes NUL, control characters and terminal escapes out of a foreign line. */
export function cleanLine(line: string): string {
  return stripVTControlCharacters(line)
    .replace(/[\p{Cc}\u2028\u2029]/gu, (character) => (character === "\t" ? " " : ""))
    .trimEnd();
}

/** Replaces every secret in a text. Secrets shorter than three characters would blot out ordinary words. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let result = text;
  for (const secret of secrets) {
    if (secret.length >= 3) result = result.replaceAll(secret, "**********");
  }
  return result;
}

/**
 * Cuts a tool's output into clean lines and keeps the last 200, each of at most 4 KiB; a longer line is cut
 * and its rest thrown away as it arrives, so that neither a million lines nor one of 50 MB costs memory.
 */
export class LineCollector {
  readonly lines: string[] = [];
  readonly #decoder = new StringDecoder("utf8");
  readonly #secrets: readonly string[];
  readonly #onLine: ((line: string) => void) | undefined;
  #open = "";

  constructor(secrets: readonly string[] = [], onLine?: (line: string) => void) {
    this.#secrets = secrets;
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    const pieces = this.#decoder.write(chunk).split("\n");
    const last = pieces.pop() ?? "";
    for (const piece of pieces) {
      this.#append(piece);
      this.#flush();
    }
    this.#append(last);
  }

  end(): void {
    this.#append(this.#decoder.end());
    if (this.#open !== "") this.#flush();
  }

  #append(text: string): void {
    if (this.#open.length <= MAX_LINE_CHARACTERS) {
      this.#open += text.slice(0, MAX_LINE_CHARACTERS + 1 - this.#open.length);
    }
  }

  #flush(): void {
    const cut = this.#open.length > MAX_LINE_CHARACTERS;
    const clean = withoutSecrets(cleanLine(this.#open.slice(0, MAX_LINE_CHARACTERS)), this.#secrets);
    this.#open = "";
    if (clean === "") return;
    const line = cut ? `${clean} … (cut)` : clean;
    this.lines.push(line);
    if (this.lines.length > MAX_LINES) this.lines.shift();
    this.#onLine?.(line);
  }
}
