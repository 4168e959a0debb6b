import { parseSync } from "@swc/core";

/** A node of swc's tree, read loosely: only what is asked for below is known of it. */
type Node = { readonly type: string; readonly [member: string]: unknown };

/** A text of the source in its order; what it interpolates stands as `{name}`, or `{}` where it has no name. */
export type SourceText = {
  readonly text: string;
  /** It is what `new AppError(…)` or `new StorageError(…)` says. */
  readonly message: boolean;
};

const MOST_VARIANTS = 24;
const LOG_METHODS = new Set(["trace", "debug", "info", "warn", "error", "fatal", "log"]);
/** Words for documents and for readers of code, by the member that holds them. */
const UNSHOWN_MEMBERS = new Set(["summary", "description", "placeholder"]);

/** Every text that `source` can put together, each branch of a choice by itself. Log lines are left out. */
export function textsOf(source: string): SourceText[] {
  const tree = parseSync(source, { syntax: "typescript", target: "es2022" }).body as unknown;
  const found: SourceText[] = [];
  const constants = constantsOf(tree);
  visit(tree, false);
  return found;

  function visit(value: unknown, message: boolean): void {
    if (Array.isArray(value)) {
      for (const each of value) visit(each, message);
      return;
    }
    if (!isNode(value) || isUnshown(value)) return;
    const texts = message || isText(value) ? variantsOf(value, constants) : null;
    if (texts) {
      for (const text of texts) found.push({ text, message });
      for (const inner of innerOf(value)) visit(inner, false);
      return;
    }
    const argument = messageArgument(value);
    for (const [name, member] of Object.entries(value)) {
      if (argument === null || name !== "arguments" || !Array.isArray(member)) visit(member, false);
      else for (const [index, each] of member.entries()) visit(each.expression, index === argument);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null;
}

/** Where the arguments of this call hold a person's message; an argument itself is `{spread, expression}`. */
function messageArgument(node: Node): number | null {
  if (node.type !== "NewExpression" || !isNode(node.callee)) return null;
  return node.callee.value === "AppError" || node.callee.value === "StorageError" ? 1 : null;
}

function isUnshown(node: Node): boolean {
  if (node.type === "ImportDeclaration" || node.type === "TsTypeAnnotation") return true;
  if (node.type === "TaggedTemplateExpression") return true;
  if (node.type === "KeyValueProperty" && isNode(node.key))
    return UNSHOWN_MEMBERS.has(String(node.key.value));
  if (node.type !== "CallExpression" || !isNode(node.callee)) return false;
  const { callee } = node;
  const method = isNode(callee.property) ? callee.property.value : callee.value;
  return LOG_METHODS.has(String(method));
}

function isText(node: Node): boolean {
  if (node.type === "BinaryExpression") return node.operator === "+" && holdsText(node);
  return node.type === "StringLiteral" || (node.type === "TemplateLiteral" && "expressions" in node);
}

function holdsText(node: Node): boolean {
  return [node.left, node.right].some((side) => isNode(side) && isText(side));
}

/** What lies in the gaps of a text, for the texts that it holds itself. */
function innerOf(node: Node): unknown[] {
  if (node.type === "BinaryExpression") {
    return [node.left, node.right].flatMap((side) => (isNode(side) && isText(side) ? innerOf(side) : [side]));
  }
  return Array.isArray(node.expressions) ? node.expressions : [];
}

/** The ways in which an expression reads; null where it is no text. */
function variantsOf(value: unknown, constants: ReadonlyMap<string, Node>): string[] | null {
  if (!isNode(value)) return null;
  switch (value.type) {
    case "StringLiteral":
      return [String(value.value)];
    case "TemplateLiteral":
      return templateVariants(value, constants);
    case "BinaryExpression":
      if (value.operator !== "+" || !holdsText(value)) return null;
      return product([gap(value.left, constants), gap(value.right, constants)]);
    case "ParenthesisExpression":
      return variantsOf(value.expression, constants);
    case "ConditionalExpression": {
      const both = [variantsOf(value.consequent, constants), variantsOf(value.alternate, constants)];
      return both.every((each) => each === null) ? null : both.flatMap((each) => each ?? ["{}"]);
    }
    case "Identifier": {
      const constant = constants.get(String(value.value));
      if (!constant) return null;
      // Without itself: a name that is made of itself is no text.
      return variantsOf(constant, new Map([...constants].filter(([name]) => name !== value.value)));
    }
    default:
      return null;
  }
}

function templateVariants(node: Node, constants: ReadonlyMap<string, Node>): string[] {
  const expressions = Array.isArray(node.expressions) ? node.expressions : [];
  const quasis = Array.isArray(node.quasis) ? node.quasis : [];
  const parts = quasis.flatMap((quasi: Node, index) => [
    [String(quasi.cooked ?? quasi.raw)],
    index < expressions.length ? gap(expressions[index], constants) : [""],
  ]);
  return product(parts);
}

function gap(value: unknown, constants: ReadonlyMap<string, Node>): string[] {
  return variantsOf(value, constants) ?? [`{${nameOf(value)}}`];
}

function product(parts: readonly string[][]): string[] {
  const all = parts.reduce<string[]>(
    (texts, part) => texts.flatMap((text) => part.map((each) => text + each)).slice(0, MOST_VARIANTS),
    [""],
  );
  return [...new Set(all)];
}

/** A name for what is interpolated, as far as the source gives it one. */
function nameOf(value: unknown): string {
  if (!isNode(value)) return "";
  if (value.type === "Identifier") return String(value.value);
  if (value.type === "MemberExpression") return nameOf(value.property);
  if (value.type === "PrivateName") return nameOf({ type: "Identifier", value: value.value });
  if (value.type === "CallExpression" && isNode(value.callee)) {
    const { callee } = value;
    return nameOf(callee.type === "MemberExpression" ? callee.object : callee);
  }
  return "";
}

/** The texts to which a module gives a name, where it gives that name only once: `const UNTOUCHED = "…"`. */
function constantsOf(tree: unknown): Map<string, Node> {
  const named = new Map<string, Node>();
  const twice = new Set<string>();
  visit(tree);
  for (const name of twice) named.delete(name);
  return named;

  function visit(value: unknown): void {
    if (Array.isArray(value)) for (const each of value) visit(each);
    else if (isNode(value)) visitNode(value);
  }

  function visitNode(value: Node): void {
    if (value.type === "VariableDeclarator" && isNode(value.id) && isNode(value.init)) {
      const name = String(value.id.value);
      if (named.has(name)) twice.add(name);
      named.set(name, value.init);
    }
    for (const member of Object.values(value)) visit(member);
  }
}
