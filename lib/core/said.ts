/** An English template with its gaps, ready to be matched: `literals[i]`, then the value `names[i]`, and so on. */
type Template = { literals: string[]; names: string[]; words: string };

/** English sentence or template -> the same in another language; gaps are `{name}` in both. */
export type Catalogue = Readonly<Record<string, string>>;

/** Longer messages are what a tool said, not what we say. */
const LONGEST = 8192;
const MOST_SENTENCES = 32;
/** Sentences that one template may span. */
const WIDEST = 6;
/** A message within a message within a message. */
const DEEPEST = 3;

const GAP = /\{(\w+)\}/g;
/** Where one sentence ends and the next begins; the separators belong to neither. */
const BOUNDARY = /(?<=[.!?…][”")]?)( +)(?=[\p{Lu}“"{])|( · |; |\n+)/u;

/**
 * Says a server's English message in the catalogue's language. A message may be an entry, fit an entry with gaps,
 * or be several of these in a row; what the catalogue does not hold stays as it is. Takes time in proportion to
 * catalogue times message, also for a hostile one.
 */
export function createSaid(catalogue: Catalogue): (message: string) => string {
  const entries = new Map(Object.entries(catalogue));
  let compiled: Template[] | null = null;
  const templates = () => {
    compiled ??= compile(entries);
    return compiled;
  };

  /** Null where no one entry says it. Without `loose`, no gap may swallow the end of a sentence. */
  function inOne(message: string, loose: boolean, depth: number): string | null {
    const exact = entries.get(message);
    if (exact !== undefined) return exact;
    for (const template of templates()) {
      const values = valuesOf(template, message);
      if (values === null) continue;
      if (!loose && [...values.values()].some((value) => BOUNDARY.test(value))) continue;
      return template.words.replace(GAP, (_, name: string) => value(values.get(name) ?? "", depth - 1));
    }
    return null;
  }

  function say(message: string, depth: number): string {
    if (depth === 0 || message.length > LONGEST) return message;
    const whole = inOne(message, false, depth);
    if (whole !== null) return whole;
    const { words, complete } = inTurn(message, depth);
    return complete ? words : (inOne(message, true, depth) ?? words);
  }

  /** Sentence by sentence; an entry that spans several of them goes before one that spans fewer. */
  function inTurn(message: string, depth: number): { words: string; complete: boolean } {
    const parts = message.split(BOUNDARY).filter((part) => part !== undefined);
    const count = (parts.length + 1) / 2;
    if (count < 2 || count > MOST_SENTENCES) return { words: message, complete: false };
    let words = "";
    let complete = true;
    for (let at = 0; at < parts.length; ) {
      const { said, next } = longestFrom(parts, at, depth);
      complete &&= said !== null;
      words += (said ?? parts[at] ?? "") + (parts[next] ?? "");
      at = next + 1;
    }
    return { words, complete };
  }

  function longestFrom(parts: string[], at: number, depth: number): { said: string | null; next: number } {
    for (let end = Math.min(parts.length, at + 2 * WIDEST - 1); end > at; end -= 2) {
      const said = inOne(parts.slice(at, end).join(""), false, depth);
      if (said !== null) return { said, next: end };
    }
    return { said: null, next: at + 1 };
  }

  /** One word is a name, a number, a path: it stays. A sentence may have lost its full stop in the gap. */
  function value(text: string, depth: number): string {
    if (!text.includes(" ")) return text;
    const said = say(text, depth);
    if (said !== text || text.endsWith(".")) return said;
    const stopped = `${text}.`;
    const closed = say(stopped, depth);
    return closed === stopped ? text : closed.replace(/\.$/, "");
  }

  return (message) => say(message, DEEPEST);
}

/** The entries with gaps, those with most text of their own first. */
function compile(entries: ReadonlyMap<string, string>): Template[] {
  const open = [...entries].filter(([template]) => template.search(GAP) !== -1);
  const templates = open.map(([template, words]) => {
    const parts = template.split(GAP);
    const literals = parts.filter((_, index) => index % 2 === 0);
    return { literals, names: parts.filter((_, index) => index % 2 === 1), words };
  });
  return templates.sort((a, b) => weight(b) - weight(a));
}

const weight = ({ literals }: Template) => literals.reduce((sum, literal) => sum + literal.length, 0);

/** What stands in the gaps, or null. Each literal is looked for behind the last one; nothing is tried twice. */
function valuesOf({ literals, names }: Template, message: string): Map<string, string> | null {
  const first = literals[0] ?? "";
  const last = literals.at(-1) ?? "";
  if (!message.startsWith(first) || !message.endsWith(last)) return null;
  const values = new Map<string, string>();
  const end = message.length - last.length;
  let from = first.length;
  for (const [index, name] of names.entries()) {
    const literal = literals[index + 1] ?? "";
    const to = index === names.length - 1 ? end : message.indexOf(literal, from);
    if (to < from || to > end) return null;
    const value = message.slice(from, to);
    if ((values.get(name) ?? value) !== value) return null;
    values.set(name, value);
    from = to + literal.length;
  }
  return values;
}
