import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import en from "../messages/en.json" with { type: "json" };
import ptBR from "../messages/pt-BR.json" with { type: "json" };

type Messages = { [key: string]: string | Messages };

function flatten(messages: Messages, prefix = ""): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(messages)) {
    if (typeof value === "string") flat.set(prefix + key, value);
    else for (const [inner, text] of flatten(value, `${prefix}${key}.`)) flat.set(inner, text);
  }
  return flat;
}

/** Names of arguments and tags: `{count, plural, …}` and `<code>`; plural branches may differ by language. */
function argumentsOf(message: string): string[] {
  const names = [...message.matchAll(/\{\s*(\w+)\s*(?:\}|,)/g), ...message.matchAll(/<(\w+)>/g)];
  return [...new Set(names.map((match) => match[1] ?? ""))].sort();
}

const english = flatten(en);
const portuguese = flatten(ptBR);

describe("messages", () => {
  it("exist in both languages", () => {
    expect([...portuguese.keys()].sort()).toEqual([...english.keys()].sort());
  });
  it("take the same arguments in both languages", () => {
    const differing = [...english].filter(([key, text]) => {
      const other = portuguese.get(key);
      return other !== undefined && argumentsOf(text).join() !== argumentsOf(other).join();
    });
    expect(differing.map(([key]) => key)).toEqual([]);
  });
  it("are never empty", () => {
    const all = [...english, ...portuguese];
    expect(all.filter(([, text]) => text.trim() === "").map(([key]) => key)).toEqual([]);
  });
});

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) && !name.includes(".test.") ? [path] : [];
  });
}

type Use = { file: string; key: string; dynamic: boolean };

/**
 * Keys that a file uses by name: under any namespace that the file asks for, every `t("…")` and `t.rich("…")`;
 * of a template such as t(`nav.${key}`) the part before the first hole. Translators are named `t` or `t…`.
 */
function usesIn(file: string): Use[] {
  const code = readFileSync(file, "utf8");
  const asked = [...code.matchAll(/\b(?:use|get)Translations\((?:"([\w.]*)")?\)/g)];
  const namespaces = [...new Set(asked.map(([, namespace = ""]) => namespace))];
  if (namespaces.length === 0) return [];
  const call = /\bt(?:[A-Z]\w*)?(?:\.rich|\.markup|\.raw)?\(\s*(?:"([\w.-]+)"|`([\w.-]*)(\$?))/g;
  return [...code.matchAll(call)].map(([, literal, template = "", hole]) => {
    const key = literal ?? template;
    const candidates = namespaces.map((space) => (space ? `${space}.${key}` : key));
    const dynamic = literal === undefined && hole === "$";
    return { file, key: candidates.find((each) => known(each, dynamic)) ?? candidates[0] ?? key, dynamic };
  });
}

function known(key: string, dynamic: boolean): boolean {
  return dynamic ? [...english.keys()].some((each) => each.startsWith(key)) : english.has(key);
}

it("exist wherever the code names them", () => {
  const uses = ["app", "components"].flatMap((folder) => sources(folder)).flatMap(usesIn);
  expect(uses.length).toBeGreaterThan(50);
  const missing = uses.filter((use) => !known(use.key, use.dynamic));
  expect(missing.map((use) => `${use.file}: ${use.key}`)).toEqual([]);
});
