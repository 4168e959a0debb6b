const PARTS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/gs;

/**
 * JSON with one member per line; null where the text is no object and no list. Numbers and strings stay as
 * they are written: parsing and writing again would round long numbers.
 */
export function prettyJson(text: string): string | null {
  if (!/^\s*[{[]/.test(text)) return null;
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  let out = "";
  let depth = 0;
  let before = "";
  const line = () => `\n${"  ".repeat(depth)}`;
  for (const part of text.match(PARTS) ?? []) {
    const opened = before === "{" || before === "[";
    if (part === "}" || part === "]") {
      depth -= 1;
      out += opened ? part : line() + part;
    } else {
      if (opened || before === ",") out += line();
      out += part === ":" ? ": " : part;
      if (part === "{" || part === "[") depth += 1;
    }
    before = part;
  }
  return out;
}
