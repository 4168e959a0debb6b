import "server-only";
import { createHash, timingSafeEqual } from "node:crypto";
import { database } from "#lib/db/client";
import { env } from "#lib/env";
import { metricsWhileDown, renderMetrics } from "#lib/features/system/metrics";
import { log } from "#lib/log";
import { isDatabaseAway } from "#lib/web/problem";

const HEADERS = { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" };

/** Prometheus' scrape; with METRICS_TOKEN set it needs that token as bearer. */
export async function scrape(request: Request): Promise<Response> {
  const token = env().METRICS_TOKEN;
  if (token && !equal(request.headers.get("authorization") ?? "", `Bearer ${token}`)) {
    return Response.json(
      { error: "UNAUTHORIZED", message: "Send METRICS_TOKEN as bearer token." },
      { status: 401, headers: { "www-authenticate": "Bearer" } },
    );
  }
  try {
    return new Response(await renderMetrics(database().prisma), { headers: HEADERS });
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    log.warn({ component: "web", err: error }, "metrics without the database");
    return new Response(metricsWhileDown(), { headers: HEADERS });
  }
}

function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
