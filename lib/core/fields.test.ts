import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defaultValuesOf, describeFields, submittedValues } from "#lib/core/fields";
import { secret } from "#lib/core/secret";

const config = z
  .strictObject({
    host: z.string().min(1).meta({ placeholder: "db.example.com" }),
    port: z.int().min(1).max(65_535).default(5432),
    password: secret().default(""),
    private_key: secret().meta({ control: "textarea", mono: true }).optional(),
    ssl_enabled: z.boolean().default(false),
    storage_class: z.enum(["STANDARD", "GLACIER"]).optional(),
    include_patterns: z.array(z.string()).default([]),
    max_size_gb: z.number().positive().nullable().optional(),
    region: z.preprocess((value) => value, z.enum(["a", "b"])),
    internal: z.string().meta({ hidden: true }).optional(),
  })
  .superRefine(() => undefined);

const specs = describeFields(config);
const of = (name: string) => specs.find((spec) => spec.name === name);

describe("describeFields", () => {
  it("keeps the order of the schema and leaves hidden fields out", () => {
    expect(specs.map((spec) => spec.name)).toEqual([
      "host",
      "port",
      "password",
      "private_key",
      "ssl_enabled",
      "storage_class",
      "include_patterns",
      "max_size_gb",
      "region",
    ]);
  });
  it("knows what must be given", () => {
    expect(specs.filter((spec) => spec.required).map((spec) => spec.name)).toEqual(["host", "region"]);
  });
  it("reads kinds, bounds, defaults and options", () => {
    expect(of("host")).toMatchObject({
      kind: "text",
      placeholder: "db.example.com",
      default: null,
      wide: false,
    });
    expect(of("port")).toMatchObject({ kind: "number", min: 1, max: 65_535, default: 5432 });
    expect(of("ssl_enabled")).toMatchObject({ kind: "boolean", default: false });
    expect(of("storage_class")).toMatchObject({ kind: "select", options: ["STANDARD", "GLACIER"] });
    expect(of("region")).toMatchObject({ kind: "select", options: ["a", "b"] });
    expect(of("include_patterns")).toMatchObject({ kind: "list", default: [], wide: true });
    expect(of("max_size_gb")).toMatchObject({ kind: "number", max: null });
  });
  it("takes no bound from a plain integer", () => {
    expect(describeFields(z.object({ n: z.int() }))[0]).toMatchObject({ min: null, max: null });
  });
  it("recognises the secret mark, also under a wrapper and in a text area", () => {
    expect(of("password")).toMatchObject({ kind: "secret", secret: true, default: "" });
    expect(of("private_key")).toMatchObject({ kind: "textarea", secret: true, mono: true, required: false });
  });
  it("names its translations", () => {
    expect(of("port")).toMatchObject({ labelKey: "fields.port.label", hintKey: "fields.port.hint" });
  });
  it("refuses what is no object", () => {
    expect(() => describeFields(z.string())).toThrow(TypeError);
  });
});

it("starts a form with defaults and empties", () => {
  expect(defaultValuesOf(specs)).toMatchObject({
    host: "",
    port: 5432,
    ssl_enabled: false,
    include_patterns: [],
    max_size_gb: null,
  });
});

it("sends only what was filled in", () => {
  const sent = submittedValues(specs, {
    host: "db",
    port: 5432,
    password: "",
    max_size_gb: null,
    foreign: 1,
  });
  expect(sent).toEqual({ host: "db", port: 5432 });
});
