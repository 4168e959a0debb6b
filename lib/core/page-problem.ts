/** What a page may say of an error. Production Next hides a server error's words from the browser, not its digest. */
export type PageProblem = {
  code: "FORBIDDEN" | "SERVICE_UNAVAILABLE" | "INTERNAL_ERROR";
  /** The missing permission, or the request's id. */
  detail: string;
};

const MARK = "dg";
const CODES: readonly string[] = ["FORBIDDEN", "SERVICE_UNAVAILABLE", "INTERNAL_ERROR"];

export function toDigest({ code, detail }: PageProblem): string {
  return [MARK, code, detail].join(";");
}

/** The problem behind a digest; null for one that Next made itself. */
export function fromDigest(digest: string | undefined): PageProblem | null {
  const [mark, code = "", detail = ""] = (digest ?? "").split(";");
  if (mark !== MARK || !CODES.includes(code)) return null;
  return { code: code as PageProblem["code"], detail };
}
