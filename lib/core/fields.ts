import { z } from "zod";
import { metaOf, unwrap } from "#lib/core/secret";

export type FieldKind = "text" | "number" | "secret" | "boolean" | "select" | "textarea" | "list";

/** One field of a plug-in's config, as a form needs it; plain data, so the server can hand it to a client. */
export type FieldSpec = {
  name: string;
  kind: FieldKind;
  /** A value must be given: neither optional nor defaulted. */
  required: boolean;
  default: string | number | boolean | string[] | null;
  min: number | null;
  max: number | null;
  /** Values of a select; their words are `fields.<name>.options.<value>`. */
  options: string[];
  /** Kept from the person's eyes and never sent back by the server. */
  secret: boolean;
  /** Takes the width of the form instead of half of it. */
  wide: boolean;
  /** Shown in monospace: keys, paths, patterns. */
  mono: boolean;
  placeholder: string | null;
  labelKey: string;
  hintKey: string;
  /** What an empty optional field means, in a word or two. */
  emptyKey: string;
};

/** What `.meta({…})` of a config's field may say to its form. */
export type FieldMeta = {
  control?: FieldKind;
  secret?: boolean;
  placeholder?: string;
  wide?: boolean;
  mono?: boolean;
  /** Whose words it takes, where fields of its name elsewhere mean something else. */
  words?: string;
  /** Not drawn at all. */
  hidden?: boolean;
};

/** Describes the fields of an object schema in their order; throws TypeError for anything but an object. */
export function describeFields(schema: z.core.$ZodType): FieldSpec[] {
  const object = objectOf(schema);
  return Object.entries(object.shape)
    .filter(([, field]) => (metaOf(field as z.core.$ZodType) as FieldMeta).hidden !== true)
    .map(([name, field]) => describeField(name, field as z.core.$ZodType));
}

/** What an empty form starts with. */
export function defaultValuesOf(specs: readonly FieldSpec[]): Record<string, unknown> {
  return Object.fromEntries(specs.map((spec) => [spec.name, spec.default ?? emptyValue(spec.kind)]));
}

/**
 * What a filled form sends: empty optional texts and numbers are left out, and so is an untouched secret
 * that the server already holds.
 */
export function submittedValues(
  specs: readonly FieldSpec[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const entries = specs
    .map((spec) => [spec.name, values[spec.name]] as const)
    .filter(([, value]) => value !== undefined && value !== null && value !== "");
  return Object.fromEntries(entries);
}

function objectOf(schema: z.core.$ZodType): z.ZodObject {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodPipe) return objectOf(inner.def.in);
  if (!(inner instanceof z.ZodObject)) throw new TypeError("A config must be a z.object().");
  return inner;
}

function describeField(name: string, field: z.core.$ZodType): FieldSpec {
  const meta = metaOf(field) as FieldMeta;
  const inner = innerOf(field);
  const kind = meta.control ?? kindOf(inner, meta);
  const words = `fields.${meta.words ?? name}`;
  return {
    name,
    kind,
    required: !z.safeParse(field, undefined).success,
    default: defaultOf(field),
    min: inner instanceof z.ZodNumber ? finite(inner.minValue) : null,
    max: inner instanceof z.ZodNumber ? finite(inner.maxValue) : null,
    options: inner instanceof z.ZodEnum ? inner.options.map(String) : [],
    secret: meta.secret === true,
    wide: meta.wide ?? (kind === "textarea" || kind === "list"),
    mono: meta.mono ?? false,
    placeholder: meta.placeholder ?? null,
    labelKey: `${words}.label`,
    hintKey: `${words}.hint`,
    emptyKey: `${words}.empty`,
  };
}

/** Through wrappers, and through `z.preprocess` or `.transform` to what is really asked for. */
function innerOf(field: z.core.$ZodType): z.core.$ZodType {
  const inner = unwrap(field);
  if (!(inner instanceof z.ZodPipe)) return inner;
  return innerOf(inner.def.in instanceof z.ZodTransform ? inner.def.out : inner.def.in);
}

function kindOf(inner: z.core.$ZodType, meta: FieldMeta): FieldKind {
  if (meta.secret) return "secret";
  if (inner instanceof z.ZodNumber) return "number";
  if (inner instanceof z.ZodBoolean) return "boolean";
  if (inner instanceof z.ZodEnum) return "select";
  if (inner instanceof z.ZodArray) return "list";
  return "text";
}

function defaultOf(field: z.core.$ZodType): FieldSpec["default"] {
  const def = field._zod.def as { type: string; innerType?: z.core.$ZodType; defaultValue?: unknown };
  if (def.type === "default" || def.type === "prefault")
    return (def.defaultValue ?? null) as FieldSpec["default"];
  return def.innerType ? defaultOf(def.innerType) : null;
}

/** zod notes the safe integers as the bounds of every `z.int()`: no bounds to a person. */
function finite(value: number | null): number | null {
  return value === null || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? null : value;
}

function emptyValue(kind: FieldKind): unknown {
  if (kind === "boolean") return false;
  if (kind === "list") return [];
  return kind === "number" ? null : "";
}
