import "server-only";
import type { NextRequest } from "next/server";
import { NextResponse } from "next/server";
import type { z } from "zod";
import { AppError, type ErrorCode, validationError } from "#lib/core/errors";
import { fromWire, toWire } from "#lib/core/wire";
import type { Context } from "#lib/features/context";
import type { Command, Query } from "#lib/features/use-case";
import { SESSION_COOKIE } from "#lib/web/cookie";
import { type Problem, toProblem } from "#lib/web/problem";
import { contextOf } from "#lib/web/request-context";

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_DEPTH = 20;

type Params = Promise<Record<string, string | string[] | undefined>>;
export type RouteHandler = (request: NextRequest, segment: { params: Params }) => Promise<Response>;

interface RouteOptions<O extends z.ZodType> {
  /** Shapes the response where it is not simply the answer as JSON, for example to set a cookie. */
  readonly respond?: (result: z.output<O>, request: NextRequest) => Promise<Response> | Response;
  /** The code for text that cannot even be stored, where the contract has a word of its own for it. */
  readonly badText?: ErrorCode;
}

/** The door for scripts: a route handler that runs one use case. Input is path, query and JSON body together. */
export function route<I extends z.ZodType, O extends z.ZodType>(
  useCase: Command<I, O> | Query<I, O>,
  status = 200,
  options: RouteOptions<O> = {},
): RouteHandler {
  return handle(async (request, ctx, params) => {
    const input = await inputOf(useCase.kind, request, params, options.badText);
    const result = await useCase.execute(input, ctx);
    return options.respond ? options.respond(result, request) : json(result, status);
  });
}

/** Gives a handler its context and turns whatever it throws into the contract's error form. */
export function handle(
  work: (request: NextRequest, ctx: Context, params: Record<string, string>) => Promise<Response>,
): RouteHandler {
  return async (request, segment) => {
    let requestId = crypto.randomUUID() as string;
    try {
      assertSameOrigin(request);
      const known = await contextOf(request.headers, request.cookies.get(SESSION_COOKIE)?.value);
      const ctx = { ...known, signal: request.signal };
      requestId = ctx.requestId;
      const params = Object.fromEntries(
        Object.entries((await segment.params) ?? {}).map(([key, value]) => [key, [value].flat().join("/")]),
      );
      return await work(request, ctx, params);
    } catch (error) {
      const problem = toProblem(error, requestId);
      const { code, message, details } = problem.error;
      const retry = retryAfter(problem);
      return NextResponse.json(
        { error: code, message, ...(details === undefined ? {} : { details }) },
        {
          status: problem.status,
          headers: { "x-request-id": requestId, "cache-control": "no-store", ...retry },
        },
      );
    }
  };
}

/**
 * A handler whose answer is a stream. Next would serve HEAD by GET without reading the body, and what nobody
 * reads nobody closes: HEAD is turned away.
 */
export function streaming(work: Parameters<typeof handle>[0]): RouteHandler {
  return handle(async (request, ctx, params) => {
    if (request.method === "HEAD") throw new AppError("NOT_FOUND", "This answers to GET only.");
    return work(request, ctx, params);
  });
}

/** RFC 9110, 10.2.3: when asking again may help. */
function retryAfter({ status, error }: Problem): { "retry-after"?: string } {
  if (status === 503) return { "retry-after": "5" };
  const seconds = (error.details as { retry_after_seconds?: number } | undefined)?.retry_after_seconds;
  return status === 429 && seconds ? { "retry-after": String(seconds) } : {};
}

export function json(result: unknown, status = 200): NextResponse {
  return NextResponse.json(toWire(result), { status, headers: { "cache-control": "no-store" } });
}

/** A browser names its origin with every request that changes something; a foreign one is turned away. */
function assertSameOrigin(request: NextRequest): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  const host = request.headers.get("x-forwarded-host") ?? request.headers.get("host");
  const foreign = origin !== null && URL.parse(origin)?.host !== host;
  if (foreign || (site !== null && site !== "same-origin" && site !== "none")) {
    throw new AppError("FORBIDDEN", "This request came from another site.");
  }
}

/** Changes read no query string, save deletions: an address ends up in logs and in other people's links. */
async function inputOf(
  kind: "command" | "query",
  request: NextRequest,
  params: Record<string, string>,
  badText: ErrorCode = "VALIDATION_ERROR",
): Promise<Record<string, unknown>> {
  const body: object = kind === "command" ? await readBody(request, badText) : {};
  const readsQuery = kind === "query" || request.method === "DELETE";
  const query = readsQuery ? Object.fromEntries(request.nextUrl.searchParams) : {};
  assertSane(query, "query", 0, badText);
  const given = fromWire({ ...query, ...body }) as Record<string, unknown>;
  for (const [name, value] of Object.entries(params)) {
    if (Object.hasOwn(given, name) && given[name] !== value) {
      throw validationError([{ field: name, message: "This is not what the address names." }]);
    }
  }
  return { ...given, ...params };
}

/** The JSON body, at most 1 MiB and not deeper than 20; none counts as {}. */
async function readBody(request: NextRequest, badText: ErrorCode): Promise<object> {
  const length = Number(request.headers.get("content-length") ?? 0);
  if (length > MAX_BODY_BYTES) throw tooLarge();
  const text = await readText(request);
  if (text.trim() === "") return {};
  if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? "")) {
    throw validationError([{ field: "content-type", message: "Send application/json." }]);
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw validationError([{ field: "body", message: "This is not valid JSON." }]);
  }
  if (body === null || typeof body !== "object" || Array.isArray(body)) {
    throw validationError([{ field: "body", message: "Send a JSON object." }]);
  }
  assertSane(body, "body", 0, badText);
  return body;
}

async function readText(request: NextRequest): Promise<string> {
  if (!request.body) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tooLarge(): AppError {
  return new AppError("PAYLOAD_TOO_LARGE", "The request is larger than 1 MiB.");
}

/** PostgreSQL's text knows neither NUL nor half a surrogate pair, and no honest input is nested deeply. */
function assertSane(value: unknown, path: string, depth: number, badText: ErrorCode): void {
  if (depth > MAX_DEPTH) throw validationError([{ field: path, message: "This is nested too deeply." }]);
  if (typeof value === "string" && (value.includes("\0") || !value.isWellFormed())) {
    const message = "This text holds characters that cannot be stored.";
    throw new AppError(badText, message, { details: [{ field: path, message }] });
  }
  if (value === null || typeof value !== "object") return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "__proto__" || key.includes("\0") || !key.isWellFormed()) {
      throw validationError([{ field: path, message: "This holds a field whose name is not allowed." }]);
    }
    assertSane(inner, depth === 0 ? key : `${path}.${key}`, depth + 1, badText);
  }
}
