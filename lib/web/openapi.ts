import "server-only";
import { z } from "zod";
import { ERROR_STATUS } from "#lib/core/errors";
import { VERSION } from "#lib/core/version";
import { isOpaque, snakeKey } from "#lib/core/wire";
import { API, type Documented, type Endpoint } from "#lib/web/api-table";

type JsonSchema = Record<string, unknown>;

let document: JsonSchema | undefined;

/** The OpenAPI 3.1 description of the API, made once from the schemas that validate. */
export function openApiDocument(): JsonSchema {
  document ??= {
    openapi: "3.1.0",
    info: { title: "DataGuardian", version: VERSION },
    servers: [{ url: "/api" }],
    security: [{ session: [] }, { apiKey: [] }],
    paths: pathsOf(API),
    components: {
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: "dg_session" },
        apiKey: { type: "http", scheme: "bearer" },
      },
      schemas: { Error: errorSchema() },
    },
  };
  return document;
}

function pathsOf(endpoints: readonly Endpoint[]): JsonSchema {
  const paths: Record<string, JsonSchema> = {};
  for (const endpoint of endpoints) {
    paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method]: operationOf(endpoint) };
  }
  return paths;
}

function operationOf({ path, method, status, useCase }: Endpoint): JsonSchema {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  const error = { $ref: "#/components/schemas/Error" };
  const answer =
    "input" in useCase ? wireSchema(useCase.output, "output") : { type: "string", format: "binary" };
  const mediaType = "input" in useCase ? "application/json" : useCase.mediaType;
  return {
    operationId: useCase.name,
    summary: useCase.summary,
    tags: [path.split("/")[1]],
    ...("permission" in useCase && useCase.permission === "public" ? { security: [] } : {}),
    ...("permission" in useCase ? { "x-permission": useCase.permission } : {}),
    ...inputOf(method, inPath, useCase),
    responses: {
      [status]: { description: "Done", content: { [mediaType]: { schema: answer } } },
      default: { description: "A problem", content: { "application/json": { schema: error } } },
    },
  };
}

/** Path parameters, then the rest as query for reads and as JSON body for changes. */
function inputOf(method: Endpoint["method"], inPath: string[], useCase: Endpoint["useCase"]): JsonSchema {
  const parameters: JsonSchema[] = inPath.map((name) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string", format: "uuid" },
  }));
  if (!("input" in useCase)) return { parameters };
  const { properties = {}, required = [] } = wireSchema(useCase.input, "input") as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  const rest = Object.entries(properties).filter(([name]) => !inPath.map(snakeKey).includes(name));
  if (method === "get") {
    const asQuery = rest.map(([name, schema]) => ({
      name,
      in: "query",
      required: required.includes(name),
      schema,
    }));
    return { parameters: [...parameters, ...asQuery] };
  }
  if (rest.length === 0) return { parameters };
  const schema = {
    type: "object",
    properties: Object.fromEntries(rest),
    required: required.filter((name) => rest.some(([known]) => known === name)),
    additionalProperties: false,
  };
  return { parameters, requestBody: { content: { "application/json": { schema } } } };
}

function wireSchema(schema: Documented["input"], io: "input" | "output"): JsonSchema {
  const json = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    target: "draft-2020-12",
    override: ({ zodSchema, jsonSchema }) => {
      const { type } = zodSchema._zod.def;
      if (type === "date") Object.assign(jsonSchema, { type: "string", format: "date-time" });
      if (type === "bigint") Object.assign(jsonSchema, { type: ["integer", "string"] });
    },
  }) as JsonSchema;
  delete json.$schema;
  return snakeProperties(json) as JsonSchema;
}

/** Property names as they stand on the wire; stored JSON keeps its own. */
function snakeProperties(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeProperties);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === "properties") {
        const renamed = Object.entries(inner as object).map(([name, schema]) => [
          snakeKey(name),
          isOpaque(name) ? schema : snakeProperties(schema),
        ]);
        return [key, Object.fromEntries(renamed)];
      }
      if (key === "required" && Array.isArray(inner))
        return [key, inner.map((name) => snakeKey(String(name)))];
      return [key, snakeProperties(inner)];
    }),
  );
}

function errorSchema(): JsonSchema {
  return {
    type: "object",
    required: ["error", "message"],
    properties: {
      error: { type: "string", enum: Object.keys(ERROR_STATUS) },
      message: { type: "string" },
      details: { description: "For a 422: [{field, message}]" },
    },
  };
}
