import { expect } from "@playwright/test";
import { type Answer, fieldsOf, type Problem } from "#e2e/api/api-client";
import type { Installation } from "#e2e/api/installation";
import { query } from "#e2e/servers/query";

/** What no answer may carry: stacks, queries, names of our own libraries. */
const INSIDES =
  /\n\s+at |node_modules|prisma|graphile|\bSELECT\b|\bINSERT\b|file:\/\/|\.tsx?:\d|invalid byte/i;

/** Expects a refusal in the contract's form; `field` must be among the fields that it names. */
export function expectRefusal(answer: Answer<Problem>, about: string, status = 422, field?: string): void {
  expect(answer.status, `${about}: ${answer.text}`).toBe(status);
  expect(answer.body, about).toMatchObject({
    error: expect.stringMatching(/^[A-Z_]+$/),
    message: expect.stringMatching(/./),
  });
  expect(Object.keys(answer.body).filter((key) => !["error", "message", "details"].includes(key))).toEqual(
    [],
  );
  expect(answer.text, about).not.toMatch(INSIDES);
  if (field !== undefined) expect(fieldsOf(answer.body), `${about}: ${answer.text}`).toContain(field);
}

/** Not the health checks: the worker makes those by itself. */
const TABLES = [
  "datasources",
  "storage_locations",
  "backup_jobs",
  "backup_executions",
  "users",
  "auth_sessions",
  "graphile_worker._private_jobs",
];

/** How many rows there are of what a request could make. */
export async function countRows({ databaseUrl }: Pick<Installation, "databaseUrl">): Promise<unknown[]> {
  const counts = TABLES.map((table) => `(SELECT count(*)::int FROM ${table})`);
  return (await query(databaseUrl, `SELECT ${counts.join(", ")}`))[0] ?? [];
}
