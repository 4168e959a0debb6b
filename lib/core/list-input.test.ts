import { expect, test } from "vitest";
import { z } from "zod";
import { listInput } from "#lib/core/list-input";

const schema = z.strictObject({
  page: z.coerce.number().int().min(1).default(1),
  jobId: z.uuid().optional(),
  status: z.enum(["failed", "completed"]).optional(),
});

test("takes what the list understands, by its name on the wire", () => {
  const id = "6f1c7c1e-8d0e-4c57-9d8e-0f8b9b0c1a2d";
  expect(listInput(schema, { page: "2", job_id: id, status: "failed" })).toEqual({
    page: "2",
    jobId: id,
    status: "failed",
  });
});

test("leaves out what is unknown, empty or not valid", () => {
  const params = { page: "0", job_id: "x", status: "", sort: "-name", constructor: "x" };
  expect(listInput(schema, params)).toEqual({});
});

test("of a repeated parameter the first counts", () => {
  expect(listInput(schema, { status: ["failed", "completed"] })).toEqual({ status: "failed" });
});
