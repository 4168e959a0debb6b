import { describe, expect, test } from "vitest";
import { z } from "zod";
import { SECRET_MASK, secret } from "#lib/core/secret";
import { maskConfig, mergeSecrets, openConfig, sealConfig } from "#lib/features/secrets/config";
import { isSealed, seal, unseal } from "#lib/features/secrets/secret-box";

const schema = z.strictObject({
  host: z.string(),
  username: z.string(),
  password: secret().optional(),
  ssl_enabled: z.boolean().default(false),
});
const place = { noun: "datasource", id: "5f0c" } as const;

describe("the box", () => {
  test("opens what it sealed, never twice the same, and bound to its place", () => {
    const envelope = seal("pässword\n", "datasource:1:password");
    expect(isSealed(envelope)).toBe(true);
    expect(envelope).not.toContain("ssword");
    expect(seal("pässword\n", "datasource:1:password")).not.toBe(envelope);
    expect(unseal(envelope, "datasource:1:password")).toBe("pässword\n");
    expect(() => unseal(envelope, "datasource:2:password")).toThrow(/damaged/);
  });

  test("a changed byte is noticed", () => {
    const envelope = seal("secret", "place");
    const last = envelope.at(-1) === "A" ? "B" : "A";
    expect(() => unseal(envelope.slice(0, -1) + last, "place")).toThrow();
  });

  test("an envelope of another key says which key is wanted", () => {
    const foreign = seal("secret", "place").replace(/^sealed:v1:[0-9a-f]{16}/, "sealed:v1:0000000000000000");
    expect(() => unseal(foreign, "place")).toThrow(/SECRET_KEY is not the key/);
  });
});

describe("configs", () => {
  const stored = sealConfig(
    schema,
    { host: "db", username: "u", password: "old", ssl_enabled: false },
    place,
  );

  test("secrets are sealed at rest, masked in answers, open for the worker", () => {
    expect(isSealed(stored.password)).toBe(true);
    expect(maskConfig(schema, stored)).toEqual({ ...stored, password: SECRET_MASK });
    expect(openConfig(schema, stored, place).password).toBe("old");
  });

  test.each([SECRET_MASK, "", undefined])("%j keeps what is stored", (password) => {
    const open = openConfig(schema, stored, place);
    const merged = mergeSecrets(schema, { host: "db", username: "u", password }, open, "connection_config");
    expect(merged.password).toBe("old");
  });

  test("a stored secret is not sent to a new place", () => {
    const open = openConfig(schema, stored, place);
    const move = (change: object) => () =>
      mergeSecrets(schema, { host: "db", username: "u", ...change }, open, "connection_config");
    expect(move({ host: "evil" })).toThrow(expect.objectContaining({ code: "VALIDATION_ERROR" }));
    expect(move({ username: "root" })).toThrow();
    expect(move({ ssl_enabled: true })).toThrow();
    expect(move({ host: "evil", password: "new" })()).toMatchObject({ password: "new", host: "evil" });
  });
});
