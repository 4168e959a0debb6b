import type { ActionError, ActionResult } from "#lib/core/action-result";
import { fieldProblemsOf } from "#lib/core/field-problems";
import { fromWire, snakeKey } from "#lib/core/wire";
import type { QueuedExecution } from "#lib/features/executions/schema";
import type { ImportInput } from "#lib/features/imports/schema";

const ADDRESS = "/api/backups/import-restore";
/** Over how long the rate is taken, in milliseconds. */
const WINDOW_MS = 3000;

export type Sent = { loaded: number; total: number; bytesPerSecond: number | null };

type Request = {
  file: File;
  input: ImportInput;
  adminPassword: string | undefined;
  signal: AbortSignal;
  onProgress: (sent: Sent) => void;
  /** Said where no answer comes. */
  unreachable: string;
};

/** Sends a file as it is; unlike `fetch`, XMLHttpRequest says how far it is. It never rejects. */
export function sendFile(request: Request): Promise<ActionResult<QueuedExecution>> {
  const { file, input, adminPassword, signal, onProgress, unreachable } = request;
  const { fileName, ...fields } = input;
  return new Promise((resolve) => {
    const sender = new XMLHttpRequest();
    const fail = (code: ActionError["code"]) => resolve({ ok: false, error: { code, message: unreachable } });
    const rate = rateMeter();
    sender.upload.onprogress = ({ loaded, total }) =>
      onProgress({ loaded, total, bytesPerSecond: rate(loaded) });
    sender.onload = () => resolve(answerOf(sender));
    sender.onerror = () => fail("SERVICE_UNAVAILABLE");
    sender.onabort = () => fail("CANCELLED");
    signal.addEventListener("abort", () => sender.abort(), { once: true });
    sender.open("POST", `${ADDRESS}?${addressOf(fields)}`);
    sender.setRequestHeader("content-type", "application/octet-stream");
    sender.setRequestHeader("x-file-name", encodeURIComponent(fileName));
    if (adminPassword !== undefined) sender.setRequestHeader("x-admin-password", adminPassword);
    sender.send(file);
  });
}

function addressOf(fields: Omit<ImportInput, "fileName">): URLSearchParams {
  return new URLSearchParams(Object.entries(fields).map(([key, value]) => [snakeKey(key), String(value)]));
}

function answerOf(sender: XMLHttpRequest): ActionResult<QueuedExecution> {
  const body = jsonOf(sender.responseText);
  if (sender.status < 300) return { ok: true, data: fromWire(body) as QueuedExecution };
  const { error, message, details } = body as {
    error?: ActionError["code"];
    message?: string;
    details?: unknown;
  };
  const requestId = sender.getResponseHeader("x-request-id");
  return {
    ok: false,
    error: {
      code: error ?? "INTERNAL_ERROR",
      // What stands between browser and server answers without our words.
      message: message ?? `HTTP ${sender.status} ${sender.statusText}`.trim(),
      ...(details === undefined ? {} : { details: atFields(details) }),
      ...(sender.status >= 500 && requestId ? { requestId } : {}),
    },
  };
}

/** The server names headers and the body where the form has its one field for the file. */
export function atFields(details: unknown): unknown {
  const ofFile = ["x-file-name", "file_name", "content-type", "body"];
  const problems = fieldProblemsOf(details);
  if (problems.length === 0) return details;
  return problems.map(({ field, message }) => ({ field: ofFile.includes(field) ? "file" : field, message }));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return {};
  }
}

/** Bytes per second over the last few seconds; null before there is a second of them. */
function rateMeter() {
  const marks: { at: number; loaded: number }[] = [];
  return (loaded: number): number | null => {
    const at = performance.now();
    marks.push({ at, loaded });
    while (marks[1] && at - marks[1].at > WINDOW_MS) marks.shift();
    const first = marks[0];
    if (!first || at - first.at < 1000) return null;
    return ((loaded - first.loaded) / (at - first.at)) * 1000;
  };
}
