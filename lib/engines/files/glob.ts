/** Longest pattern, in characters. */
export const MAX_PATTERN = 512;
/** What braces may multiply one pattern to. */
const MAX_ALTERNATIVES = 64;

/** One character of a segment: itself, any, any run, or one of a set. */
type Token = string | "any" | "run" | { readonly has: (character: string) => boolean };
type Segment = "deep" | { readonly literal: string } | { readonly tokens: readonly Token[] };

/**
 * Patterns over relative paths: `*` and `?` stay within a name, `**` spans folders, `[a-z]`, `[!a]`, `{a,b}`
 * and `\` as in a shell. A pattern without a slash fits a name at any depth; one with a slash is the whole
 * path. Matching remembers one place per star, so that no pattern takes longer than its length times the
 * path's: regular expressions made of globs can run for ever.
 */
export class Globs {
  readonly #patterns: readonly (readonly Segment[])[];

  /** Throws SyntaxError for a pattern that is too long or multiplies too much. */
  constructor(patterns: readonly string[]) {
    this.#patterns = patterns.flatMap((pattern) => expandBraces(pattern).map(parse));
  }

  get size(): number {
    return this.#patterns.length;
  }

  /** `path` without a slash at its ends. */
  matches(path: string): boolean {
    const names = path.split("/");
    return this.#patterns.some((segments) => matchPath(segments, names));
  }
}

/** `a{b,c}` as `ab` and `ac`, nested ones too; what does not close stands for itself. */
function expandBraces(pattern: string): string[] {
  if (pattern.length > MAX_PATTERN) throw new SyntaxError(`Is longer than ${MAX_PATTERN} characters.`);
  let open = [pattern];
  const done: string[] = [];
  while (open.length > 0) {
    const next: string[] = [];
    for (const text of open) {
      const group = firstGroup(text);
      if (group === null) done.push(text);
      else next.push(...group);
      if (next.length + done.length > MAX_ALTERNATIVES) {
        throw new SyntaxError(`Braces make more than ${MAX_ALTERNATIVES} patterns of it.`);
      }
    }
    open = next;
  }
  return done;
}

/** The alternatives of the first innermost group, each with what is around it; null where there is none. */
function firstGroup(text: string): string[] | null {
  const group = /^((?:\\.|[^\\])*?)\{((?:\\.|[^\\{},])*(?:,(?:\\.|[^\\{},])*)+)\}/su.exec(text);
  if (group === null) return null;
  const [whole, before = "", inside = ""] = group;
  const rest = text.slice(whole.length);
  return splitCommas(inside).map((choice) => `${before}${choice}${rest}`);
}

function splitCommas(text: string): string[] {
  const parts: string[] = [];
  let part = "";
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === ",") {
      parts.push(part);
      part = "";
    } else if (text[at] === "\\") {
      part += text.slice(at, at + 2);
      at += 1;
    } else part += text[at];
  }
  return [...parts, part];
}

function parse(pattern: string): Segment[] {
  const names = pattern.split("/").filter((name) => name !== "");
  const segments = names.map((name) => (name === "**" ? "deep" : parseName(name)));
  const anywhere = !pattern.replace(/\/+$/, "").includes("/");
  return anywhere ? ["deep", ...segments] : segments;
}

function parseName(name: string): Segment {
  const tokens: Token[] = [];
  for (let at = 0; at < name.length; at += 1) {
    const character = name[at] ?? "";
    const set = character === "[" ? parseSet(name, at) : null;
    if (set !== null) {
      tokens.push(set.token);
      at = set.end;
    } else if (character === "*") {
      if (tokens.at(-1) !== "run") tokens.push("run");
    } else if (character === "?") tokens.push("any");
    else if (character === "\\" && at + 1 < name.length) {
      at += 1;
      tokens.push(name[at] ?? "");
    } else tokens.push(character);
  }
  const plain = tokens.every((token) => typeof token === "string" && token.length === 1);
  return plain ? { literal: tokens.join("") } : { tokens };
}

/** `[…]` from `start` on; null where it does not close. */
function parseSet(name: string, start: number): { token: Token; end: number } | null {
  const negated = name[start + 1] === "!" || name[start + 1] === "^";
  const first = start + (negated ? 2 : 1);
  const end = name.indexOf("]", first + 1);
  if (end < 0) return null;
  const ranges: (readonly [string, string])[] = [];
  for (let at = first; at < end; at += 1) {
    const from = name[at] ?? "";
    const isRange = name[at + 1] === "-" && at + 2 < end;
    ranges.push([from, isRange ? (name[at + 2] ?? from) : from]);
    if (isRange) at += 2;
  }
  const has = (character: string) =>
    ranges.some(([from, to]) => character >= from && character <= to) !== negated;
  return { token: { has }, end };
}

function matchPath(segments: readonly Segment[], names: readonly string[]): boolean {
  return matchRuns(
    segments,
    names.length,
    (segment) => segment === "deep",
    (segment, index) => matchName(segment, names[index] ?? ""),
  );
}

function matchName(segment: Segment, name: string): boolean {
  if (segment === "deep") return true;
  if ("literal" in segment) return segment.literal === name;
  return matchRuns(
    segment.tokens,
    name.length,
    (token) => token === "run",
    (token, index) => matchCharacter(token, name[index] ?? ""),
  );
}

function matchCharacter(token: Token, character: string): boolean {
  if (typeof token !== "string") return token.has(character);
  return token === "any" || token === character;
}

/** Items against a pattern whose runs stand for any number of them: only the last run is ever widened. */
function matchRuns<T>(
  pattern: readonly T[],
  count: number,
  isRun: (item: T) => boolean,
  fits: (item: T, index: number) => boolean,
): boolean {
  let item = 0;
  let at = 0;
  let run = -1;
  let resume = 0;
  while (item < count) {
    const wanted = pattern[at];
    if (wanted !== undefined && isRun(wanted)) {
      run = at;
      resume = item;
      at += 1;
    } else if (wanted !== undefined && fits(wanted, item)) {
      at += 1;
      item += 1;
    } else if (run >= 0) {
      resume += 1;
      item = resume;
      at = run + 1;
    } else return false;
  }
  while (at < pattern.length && isRun(pattern[at] as T)) at += 1;
  return at === pattern.length;
}
