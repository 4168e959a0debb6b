import { AppError } from "#lib/core/errors";
import { assertAccess } from "#lib/features/use-case";
import { handle } from "#lib/web/route";

/** Whatever else is asked for under /api answers in the contract's error form, not with a page. */
const unknown = handle(async (_request, ctx) => {
  assertAccess(ctx, "signed-in");
  throw new AppError("NOT_FOUND", "There is no such endpoint.");
});

export { unknown as DELETE, unknown as GET, unknown as PATCH, unknown as POST, unknown as PUT };
